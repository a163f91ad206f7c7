/**
 * Load tests with Gatling: what devices do to a server on a day, and on a bad one. Each simulation
 * counts the writes that were accepted, and ends by asking the server for all of them.
 */
package walletsync.load;
