package walletsync.client.api;

import walletsync.protocol.Secret;

/**
 * What a login gave.
 *
 * @param token the device's token
 * @param expiration when it ends, as RFC 3339; empty where the server does not tell
 */
public record Session(Secret token, String expiration) {}
