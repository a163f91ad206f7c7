package walletsync.server.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The query of a URL. Names are exact, while those of Vert.x ignore case; a pair that cannot be
 * decoded is left out.
 */
record Query(@Nullable String raw) {

  /** The first value of a name, if that is not empty. */
  Optional<String> first(String name) {
    return all(name).stream().findFirst().filter(value -> !value.isEmpty());
  }

  List<String> all(String name) {
    if (raw == null) {
      return List.of();
    }
    List<String> values = new ArrayList<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      try {
        if (decode(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
          values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
        }
      } catch (IllegalArgumentException e) {
        // not a pair
      }
    }
    return values;
  }

  /** There may be a token in it. */
  @Override
  public String toString() {
    return "Query[***]";
  }

  private static String decode(String text) {
    return QueryStringDecoder.decodeComponent(text);
  }
}
