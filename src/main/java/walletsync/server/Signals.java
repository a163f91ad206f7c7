package walletsync.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SIGINT and SIGTERM do: the first one begins an orderly stop, a second one ends at once. Left
 * to itself the JVM ignores the second while its shutdown hooks run.
 *
 * <p>There is no official way to hear of signals, but {@code sun.misc.Signal}, which is kept for
 * this in the module {@code jdk.unsupported}. It is reached by reflection, as the compiler warns of
 * its name; on a JVM without it the defaults stay.
 */
final class Signals {
  private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;

  private Signals() {}

  static void install() {
    AtomicInteger heard = new AtomicInteger();
    install("INT", SIGINT, heard);
    install("TERM", SIGTERM, heard);
  }

  private static void install(String name, int number, AtomicInteger heard) {
    int exitCode = 128 + number;
    Runnable reaction =
        () -> {
          if (heard.incrementAndGet() == 1) {
            // The hooks run while exit waits: not in the thread that hears the next signal.
            new Thread(() -> System.exit(exitCode), "exit").start();
          } else {
            Runtime.getRuntime().halt(exitCode);
          }
        };
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> react(method, reaction));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), handling);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      Throwable cause = e instanceof InvocationTargetException invoked ? invoked.getCause() : e;
      LOG.debug("SIG{} stays as it is: {}", name, String.valueOf(cause));
    }
  }

  private static Object react(Method method, Runnable reaction) {
    if (method.getName().equals("handle")) {
      reaction.run();
    }
    return Signals.class; // nobody looks at it
  }
}
