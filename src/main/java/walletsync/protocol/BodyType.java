package walletsync.protocol;

import java.util.Set;
import java.util.function.Function;

/**
 * What a JSON body may hold, and how it becomes a validated record.
 *
 * @param texts the members that are text
 * @param numbers the members that are unsigned numbers of 32 bits
 * @param validate makes the record; throws {@link InvalidRequestException} with the first reason
 *     against it
 */
public record BodyType<T>(Set<String> texts, Set<String> numbers, Function<Fields, T> validate) {

  /** A body of text members only. */
  static <T> BodyType<T> ofTexts(Function<Fields, T> validate, String... texts) {
    return new BodyType<>(Set.of(texts), Set.of(), validate);
  }
}
