/** What both conversations over HTTP need: bounded answers, and texts that are safe to show. */
@NullMarked
package walletsync.client.http;

import org.jspecify.annotations.NullMarked;
