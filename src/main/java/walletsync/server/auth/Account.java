package walletsync.server.auth;

/**
 * What a login needs to know of an account.
 *
 * @param passwordHash in PHC form
 * @param epoch rises with every password change
 * @param verified whether it may be used
 */
record Account(long id, String passwordHash, long epoch, boolean verified) {
  @Override
  public String toString() {
    return "Account[" + id + "]";
  }
}
