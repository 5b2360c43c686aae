-- name: password_take   (for the next statement of this transaction, which may have no parameters)
SELECT set_config('xq.role', $1::text, true), set_config('xq.password', $2::text, true)
