package walletsync.server.notify;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.WalletChanged;

/**
 * What this process has to tell the others, and how it is written: the name of the process, then a
 * word for each event: {@code w<account>:<sequence>} or {@code p<account>:<epoch>}.
 *
 * <p>Of an account only the newest of each kind is kept, so this grows with the accounts that
 * change within some milliseconds, not with the changes.
 */
final class Outbound {
  /** Postgres takes fewer than 8000 bytes. */
  private static final int MAX_PAYLOAD_BYTES = 7_900;

  private final String process;
  private final Map<String, Long> newest = new LinkedHashMap<>();

  Outbound(String process) {
    this.process = process;
  }

  /** Text of fewer than 8000 ASCII characters. */
  record Payload(String text) {}

  void add(AccountEvent event) {
    if (event instanceof WalletChanged changed) {
      newest.merge("w" + changed.accountId(), changed.sequence(), Math::max);
    } else if (event instanceof PasswordChanged changed) {
      newest.merge("p" + changed.accountId(), changed.epoch(), Math::max);
    }
  }

  boolean isEmpty() {
    return newest.isEmpty();
  }

  /** Takes out as much as fits. */
  Payload take() {
    StringBuilder text = new StringBuilder(process);
    Iterator<Map.Entry<String, Long>> entries = newest.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Long> entry = entries.next();
      String word = " " + entry.getKey() + ":" + entry.getValue();
      if (text.length() + word.length() > MAX_PAYLOAD_BYTES) {
        break;
      }
      text.append(word);
      entries.remove();
    }
    return new Payload(text.toString());
  }

  /** The events of another process's payload; none of our own, and none of what we do not know. */
  List<AccountEvent> fromOthers(String payload) {
    List<AccountEvent> events = new ArrayList<>();
    String[] words = payload.split(" ", -1);
    if (words[0].equals(process)) {
      return events;
    }
    for (String word : words) {
      if (word.matches("[wp][0-9]{1,18}:[0-9]{1,18}")) {
        int colon = word.indexOf(':');
        long account = Long.parseLong(word.substring(1, colon));
        long number = Long.parseLong(word.substring(colon + 1));
        events.add(
            word.charAt(0) == 'w'
                ? new WalletChanged(account, number)
                : new PasswordChanged(account, number));
      }
    }
    return events;
  }
}
