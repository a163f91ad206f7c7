SELECT 'updates of heads that stayed in their page (HOT): ' || round(100.0 * n_tup_hot_upd / n_tup_upd, 1) || ' % of ' || n_tup_upd
FROM pg_stat_user_tables WHERE relname = 'wallet_heads';
