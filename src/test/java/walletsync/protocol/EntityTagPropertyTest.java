package walletsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Entity tags, whichever they are: what is written is read again, whatever stands around it. */
class EntityTagPropertyTest {

  @Property(tries = 300)
  void aTagIsReadAsItWasWritten(@ForAll("tags") EntityTag tag) {
    assertThat(tag.header()).matches("\"[0-9]+-[0-9a-f]+\"");
    assertThat(EntityTag.parseAll(tag.header())).containsExactly(tag);
    assertThat(EntityTag.parseAll("W/" + tag.header())).containsExactly(tag);
  }

  @Property(tries = 200)
  void tagsOfAListAreReadInTheirOrder(@ForAll("lists") List<EntityTag> tags) {
    String list = tags.stream().map(EntityTag::header).collect(Collectors.joining(" , "));

    assertThat(EntityTag.parseAll(list)).isEqualTo(tags);
    assertThat(EntityTag.parseAll("\"other\", " + list + ",W/\"\"")).isEqualTo(tags);
  }

  @Property(tries = 300)
  void anotherTagIsNotTheSame(@ForAll("tags") EntityTag one, @ForAll("tags") EntityTag other) {
    assertThat(one.header().equals(other.header())).isEqualTo(one.equals(other));
  }

  @Property(tries = 300)
  void anyHeaderCanBeRead(@ForAll String garbage) {
    assertThatCode(() -> EntityTag.parseAll(garbage)).doesNotThrowAnyException();
    assertThatCode(() -> EntityTag.parseAll("\"1-" + garbage + "\"")).doesNotThrowAnyException();
  }

  @Property(tries = 200)
  void theTagOfAWalletDependsOnAllOfIt(
      @ForAll String wallet, @ForAll String hmac, @ForAll("sequences") long sequence) {
    String tag = new Wallet(wallet, sequence, hmac).entityTag().header();

    assertThat(new Wallet(wallet, sequence, hmac).entityTag().header()).isEqualTo(tag);
    assertThat(new Wallet(wallet + "x", sequence, hmac).entityTag().header()).isNotEqualTo(tag);
    assertThat(new Wallet(wallet, sequence, hmac + "x").entityTag().header()).isNotEqualTo(tag);
    assertThat(new Wallet(wallet, sequence + 1, hmac).entityTag().header()).isNotEqualTo(tag);
  }

  @Provide
  Arbitrary<EntityTag> tags() {
    return Combinators.combine(sequences(), Arbitraries.longs()).as(EntityTag::new);
  }

  @Provide
  Arbitrary<List<EntityTag>> lists() {
    return tags().list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<Long> sequences() {
    return Arbitraries.longs().between(1, Limits.MAX_SEQUENCE);
  }
}
