package walletsync.protocol;

/**
 * The body of {@code POST /websocket/ticket}.
 *
 * @param token the device's token, from the body or the {@code Authorization} header
 */
public record TicketBody(Secret token) {
  public static final BodyType<TicketBody> TYPE = BodyType.ofTexts(TicketBody::from, "token");

  private static TicketBody from(Fields fields) {
    return new TicketBody(Secret.of(Rules.present(fields.text("token"), Refusal.TOKEN_MISSING)));
  }
}
