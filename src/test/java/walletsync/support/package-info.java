/** What tests share: a real Postgres, real servers on it, and clients that speak HTTP. */
package walletsync.support;
