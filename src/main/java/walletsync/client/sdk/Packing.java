package walletsync.client.sdk;

import walletsync.protocol.Secret;

/**
 * How JSON text becomes a container. Every real client does it as the SDK, {@link #sdk()}; the
 * interface is here so that tests need not pay for it.
 */
@FunctionalInterface
public interface Packing {
  /** Encrypts JSON text into a container that {@link WalletContainer#decrypt} opens. */
  String pack(String json, Secret password);

  /** The SDK's own. */
  static Packing sdk() {
    return WalletContainer::encrypt;
  }
}
