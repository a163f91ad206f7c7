package walletsync;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.vertx.core.VerticleBase;
import walletsync.server.Server;
import walletsync.server.bus.Bus;
import walletsync.server.notify.AccountEvent;
import walletsync.server.wallet.Fetched;
import walletsync.server.wallet.Saved;

/**
 * Who may know whom. The direction is: protocol, bus, db and notify, wallet, auth, Server; and for
 * clients: protocol, client, cli.
 */
@AnalyzeClasses(packages = "walletsync", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String PROTOCOL = "walletsync.protocol";
  private static final String BUS = "walletsync.server.bus";
  private static final String SETTINGS = "walletsync.server.settings";
  private static final String DB = "walletsync.server.db";
  private static final String NOTIFY = "walletsync.server.notify";
  private static final String WALLET = "walletsync.server.wallet";
  private static final String AUTH = "walletsync.server.auth";
  private static final String MAIL = "walletsync.server.mail";
  private static final String ADMIN = "walletsync.server.admin";
  private static final String HTTP = "walletsync.server.http";
  private static final String METRICS = "walletsync.server.metrics";
  private static final String HEALTH = "walletsync.server.health";

  /** What the http package may know of the other concerns: what can be asked, and the answers. */
  private static final DescribedPredicate<JavaClass> MESSAGES =
      describe(
          "messages",
          type ->
              isPartOf(type, "Request")
                  || type.isAssignableTo(AccountEvent.class)
                  || isPartOf(type, "AccountEvent")
                  || type.isAssignableTo(Fetched.class)
                  || type.isAssignableTo(Saved.class));

  @ArchTest
  static final ArchRule theProtocolIsPlainJava =
      classes()
          .that()
          .resideInAPackage(PROTOCOL)
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify..", PROTOCOL));

  @ArchTest static final ArchRule theBusKnowsTheProtocolOnly = knowsOnly(BUS, PROTOCOL);

  @ArchTest static final ArchRule metricsKnowNobody = knowsOnly(METRICS);

  @ArchTest
  static final ArchRule healthLooksAtTheDatabase = knowsOnly(HEALTH, PROTOCOL, BUS, DB, METRICS);

  @ArchTest static final ArchRule settingsKnowTheProtocolOnly = knowsOnly(SETTINGS, PROTOCOL);

  @ArchTest
  static final ArchRule theDatabaseKnowsNoConcern =
      knowsOnly(DB + "..", DB + "..", PROTOCOL, BUS, SETTINGS, METRICS);

  @ArchTest static final ArchRule eventsKnowNoConcern = knowsOnly(NOTIFY, PROTOCOL, BUS, METRICS);

  @ArchTest
  static final ArchRule walletsKnowDatabaseAndEvents =
      knowsOnly(WALLET, PROTOCOL, BUS, DB, NOTIFY, METRICS);

  /** Commands change rows by SQL of their own: the stores' run on event loops. */
  @ArchTest
  static final ArchRule commandsKnowDatabaseAndSettings =
      knowsOnly(ADMIN, PROTOCOL, SETTINGS, DB + "..");

  @ArchTest
  static final ArchRule mailsKnowTheBus = knowsOnly(MAIL, PROTOCOL, BUS, SETTINGS, METRICS);

  @ArchTest
  static final ArchRule accountsKnowWalletsAndAskForMails =
      classes()
          .that()
          .resideInAPackage(AUTH)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(AUTH, PROTOCOL, BUS, DB, SETTINGS, METRICS, NOTIFY, WALLET)
                  .or(notOurs())
                  .or(resideInAPackage(MAIL).and(MESSAGES)));

  @ArchTest
  static final ArchRule httpKnowsMessagesOnlyNeverAStoreOrAnothersVerticle =
      classes()
          .that()
          .resideInAPackage(HTTP)
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(HTTP, PROTOCOL, BUS, SETTINGS, METRICS)
                  .or(notOurs())
                  .or(resideInAnyPackage(AUTH, WALLET, NOTIFY, HEALTH).and(MESSAGES)));

  @ArchTest
  static final ArchRule onlyServerAndCommandsKnowTheEmbeddedDatabase =
      noClasses()
          .that()
          .resideOutsideOfPackages("walletsync.server", ADMIN, DB + ".embedded..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(DB + ".embedded..");

  @ArchTest
  static final ArchRule nobodyKnowsTheServerItself =
      noClasses()
          .that()
          .resideOutsideOfPackage("walletsync.server")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("walletsync.server");

  @ArchTest
  static final ArchRule serverAndClientNeverMeet =
      noClasses()
          .that()
          .resideInAnyPackage("walletsync.client..", "walletsync.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("walletsync.server..");

  @ArchTest
  static final ArchRule theServerKnowsNoClient =
      noClasses()
          .that()
          .resideInAnyPackage("walletsync.server..", PROTOCOL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("walletsync.client..", "walletsync.cli..");

  @ArchTest
  static final ArchRule theClientKnowsNoCommandLine =
      noClasses()
          .that()
          .resideInAPackage("walletsync.client..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("walletsync.cli..");

  /** Who embeds the client gets no server framework with it. */
  @ArchTest
  static final ArchRule theClientIsPlainJavaWithJsonAndCryptography =
      classes()
          .that()
          .resideInAPackage("walletsync.client..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "javax.crypto..",
                  "com.sun.management..", // of the JDK: how much memory the machine has
                  "org.jspecify..",
                  "com.fasterxml.jackson..",
                  "org.bouncycastle..",
                  "walletsync.client..",
                  PROTOCOL));

  @ArchTest
  static final ArchRule theCommandLineKnowsPicocliBesides =
      classes()
          .that()
          .resideInAPackage("walletsync.cli..")
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                  "java..",
                  "org.jspecify..",
                  "com.fasterxml.jackson..",
                  "picocli..",
                  "walletsync.client..",
                  "walletsync.cli..",
                  PROTOCOL));

  @ArchTest
  static final ArchRule thereAreNoCycles =
      slices().matching("walletsync.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyDatabaseAndCommandsSpeakJdbc =
      noClasses()
          .that()
          .resideOutsideOfPackages(DB + "..", ADMIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "org.postgresql..", "org.flywaydb..");

  @ArchTest
  static final ArchRule storesHaveNoStateOfTheirOwn =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .haveSimpleNameEndingWith("Store")
          .should()
          .beFinal();

  @ArchTest
  static final ArchRule messagesAreRecords =
      classes()
          .that()
          .implement(Bus.Request.class)
          .or()
          .implement(Bus.Event.class)
          .and()
          .areNotInterfaces()
          .should()
          .beRecords();

  /** A request that nobody answers would leave whoever asks waiting for the whole timeout. */
  @ArchTest
  static final ArchRule everyRequestIsAnsweredByTheVerticleOfItsConcern =
      classes()
          .that()
          .implement(Bus.Request.class)
          .and()
          .areNotInterfaces()
          .should(beNamedInTheVerticleOfTheirPackage());

  @ArchTest
  static final ArchRule everyVerticleIsDeployed =
      classes().that().areAssignableTo(VerticleBase.class).should(beConstructedByTheServer());

  private static ArchRule knowsOnly(String who, String... whom) {
    return classes()
        .that()
        .resideInAPackage(who)
        .should()
        .onlyDependOnClassesThat(resideInAPackage(who).or(resideInAnyPackage(whom)).or(notOurs()));
  }

  private static DescribedPredicate<JavaClass> notOurs() {
    return describe("of libraries", type -> !type.getPackageName().startsWith("walletsync"));
  }

  /** Whether a type is a top-level type whose name ends so, or nested in one. */
  private static boolean isPartOf(JavaClass type, String ending) {
    return type.getSimpleName().endsWith(ending)
        || type.getEnclosingClass().map(outer -> isPartOf(outer, ending)).orElse(false);
  }

  private static ArchCondition<JavaClass> beNamedInTheVerticleOfTheirPackage() {
    return new ArchCondition<>("be named in the verticle of their package") {
      @Override
      public void check(JavaClass request, ConditionEvents events) {
        boolean named =
            request.getPackage().getClasses().stream()
                .filter(type -> type.isAssignableTo(VerticleBase.class))
                .flatMap(type -> type.getReferencedClassObjects().stream())
                .anyMatch(reference -> reference.getRawType().equals(request));
        events.add(
            new SimpleConditionEvent(
                request, named, request.getName() + (named ? " is" : " is not") + " answered"));
      }
    };
  }

  private static ArchCondition<JavaClass> beConstructedByTheServer() {
    return new ArchCondition<>("be constructed by the server") {
      @Override
      public void check(JavaClass verticle, ConditionEvents events) {
        boolean constructed =
            verticle.getConstructorCallsToSelf().stream()
                .anyMatch(call -> call.getOriginOwner().isEquivalentTo(Server.class));
        events.add(
            new SimpleConditionEvent(
                verticle,
                constructed,
                verticle.getName() + (constructed ? " is" : " is not") + " deployed"));
      }
    };
  }
}
