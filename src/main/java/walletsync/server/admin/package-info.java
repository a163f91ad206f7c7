/**
 * The operator's command line: accounts, sessions, statistics, the check of the whole database,
 * back-up and restore. Start with {@link walletsync.server.admin.CommandLineTool}. Commands run
 * beside a serving process or without one, block, and speak JDBC; nothing of them runs on an event
 * loop.
 */
@NullMarked
package walletsync.server.admin;

import org.jspecify.annotations.NullMarked;
