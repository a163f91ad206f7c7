/**
 * What the server can bear, measured: real server processes, a real Postgres, ten thousand sockets.
 * {@link walletsync.bench.SocketBench} is the program.
 */
@NullMarked
package walletsync.bench;

import org.jspecify.annotations.NullMarked;
