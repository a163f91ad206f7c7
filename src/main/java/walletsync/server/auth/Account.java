package walletsync.server.auth;

/**
 * What a login needs to know of an account.
 *
 * @param passwordHash in PHC form
 * @param epoch rises with every password change
 * @param verified whether it may be used
 * @param disabled whether the operator has closed it
 */
record Account(long id, String passwordHash, long epoch, boolean verified, boolean disabled) {
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
