/**
 * Random requests that are not what they should be, and what every answer to them has to be. {@link
 * walletsync.server.FuzzTest} runs them; a new way to attack is a method in one of the {@code
 * …Attacks} and a line in {@link walletsync.server.fuzz.Fuzzer}.
 */
package walletsync.server.fuzz;
