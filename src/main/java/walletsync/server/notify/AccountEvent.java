package walletsync.server.notify;

import walletsync.server.bus.Bus;

/** Something that happened to an account, once it was committed. */
public sealed interface AccountEvent extends Bus.Event {

  /** The account it happened to. */
  long accountId();

  /**
   * A wallet was stored by {@code POST /wallet}.
   *
   * @param sequence the wallet's sequence
   */
  record WalletChanged(long accountId, long sequence) implements AccountEvent {}

  /**
   * The password was changed: every session of an earlier epoch is over.
   *
   * @param epoch the password epoch from now on
   */
  record PasswordChanged(long accountId, long epoch) implements AccountEvent {}

  /** Sessions of the account were ended one by one: it is time to look which are left. */
  record SessionsRevoked(long accountId) implements AccountEvent {}

  /** An event that another process announced. Sockets hear it; it is not announced again. */
  record FromElsewhere(AccountEvent event) implements Bus.Event {}

  /** Events of other processes may have been missed: what they would have said must be read. */
  record EventsMissed() implements Bus.Event {}
}
