package walletsync.server.auth;

import io.vertx.core.Future;
import walletsync.protocol.Refusal;
import walletsync.protocol.Secret;
import walletsync.server.auth.AuthRequest.IssueTicket;
import walletsync.server.auth.AuthRequest.RedeemTicket;
import walletsync.server.auth.AuthRequest.Session;
import walletsync.server.auth.AuthRequest.Ticket;
import walletsync.server.bus.RefusedException;
import walletsync.server.db.Database;

/**
 * Lets browsers open websockets without a token in the URL, which would end up in logs and
 * histories: a ticket there is of no use once it was used.
 */
final class Tickets {
  private final Database database;
  private final TokenStore tokens;
  private final TicketStore tickets = new TicketStore();
  private final Tokens random = new Tokens();

  Tickets(Database database, TokenStore tokens) {
    this.database = database;
    this.tokens = tokens;
  }

  Future<Ticket> issue(IssueTicket request) {
    Secret ticket = random.next();
    return database
        .write(connection -> tickets.insert(connection, request.token(), ticket))
        .compose(
            expires ->
                expires.isPresent()
                    ? Future.succeededFuture(new Ticket(ticket, expires.get()))
                    : database
                        .read(client -> tokens.find(client, request.token()))
                        .compose(
                            session ->
                                Future.failedFuture(
                                    new RefusedException(
                                        session.isPresent()
                                            ? Refusal.TOO_MANY_TICKETS
                                            : Refusal.TOKEN_NOT_FOUND))));
  }

  Future<Session> redeem(RedeemTicket request) {
    return database
        .write(connection -> tickets.redeem(connection, request.ticket()))
        .map(session -> session.orElseThrow(() -> new RefusedException(Refusal.TICKET_NOT_FOUND)));
  }
}
