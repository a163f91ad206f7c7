package walletsync.server.notify;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import walletsync.server.notify.AccountEvent.PasswordChanged;
import walletsync.server.notify.AccountEvent.SessionsRevoked;
import walletsync.server.notify.AccountEvent.WalletChanged;

/**
 * What this process has to tell the others, and how it is written: the name of the process, then a
 * word for each event: {@code w<account>:<sequence>}, {@code p<account>:<epoch>} or {@code
 * r<account>:0}.
 *
 * <p>Of an account only the newest of each kind is kept, so this grows with the accounts that
 * change within some milliseconds, not with the changes. While nothing can be sent it grows to a
 * limit; what is dropped then is healed by reading.
 */
final class Announcements {
  private static final int MOST = 50_000;
  private static final Pattern WORD = Pattern.compile("[wpr][0-9]{1,18}:[0-9]{1,18}");

  private final String process;
  private final Map<String, Long> endings = new LinkedHashMap<>();
  private final Map<String, Long> wallets = new LinkedHashMap<>();

  /**
   * @param process a name that no other process has, without blanks
   */
  Announcements(String process) {
    this.process = process;
  }

  void add(AccountEvent event) {
    if (size() >= MOST) {
      wallets.clear();
      endings.clear();
    }
    if (event instanceof WalletChanged changed) {
      wallets.merge("w" + changed.accountId(), changed.sequence(), Math::max);
    } else if (event instanceof PasswordChanged changed) {
      endings.merge("p" + changed.accountId(), changed.epoch(), Math::max);
    } else if (event instanceof SessionsRevoked revoked) {
      endings.put("r" + revoked.accountId(), 0L);
    }
  }

  int size() {
    return endings.size() + wallets.size();
  }

  boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Takes out as much as fits: what ends sessions first, so that none of them hears of a wallet
   * that came after its end; of each kind the oldest first.
   *
   * @param maxBytes of the text, which is ASCII
   */
  String take(int maxBytes) {
    StringBuilder text = new StringBuilder(process);
    take(endings, text, maxBytes);
    take(wallets, text, maxBytes);
    return text.toString();
  }

  private static void take(Map<String, Long> events, StringBuilder text, int maxBytes) {
    Iterator<Map.Entry<String, Long>> entries = events.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Long> entry = entries.next();
      String word = " " + entry.getKey() + ":" + entry.getValue();
      if (text.length() + word.length() > maxBytes) {
        return;
      }
      text.append(word);
      entries.remove();
    }
  }

  /** Puts back what could not be sent. */
  void putBack(String text) {
    events(text).forEach(this::add);
  }

  boolean isOwn(String text) {
    return text.equals(process) || text.startsWith(process + " ");
  }

  /** The events of a text; what is not one, perhaps of a later release, is left out. */
  static List<AccountEvent> events(String text) {
    List<AccountEvent> events = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      if (WORD.matcher(word).matches()) {
        int colon = word.indexOf(':');
        long account = Long.parseLong(word.substring(1, colon));
        long number = Long.parseLong(word.substring(colon + 1));
        events.add(
            switch (word.charAt(0)) {
              case 'w' -> new WalletChanged(account, number);
              case 'p' -> new PasswordChanged(account, number);
              default -> new SessionsRevoked(account);
            });
      }
    }
    return events;
  }
}
