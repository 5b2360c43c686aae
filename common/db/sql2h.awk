# like.sql -> like.sql.h: one statement per "-- name: block" (the rest of that line, comment lines and the last semicolon are dropped)
function close_block() { if (name) printf "};\n#define SQL_%s (&sql_%s_)\n\n", toupper(name), name }
BEGIN { print "#include \"db/db.h\"\n" }
/^-- name:/ { close_block(); name = $3; printf "__attribute__((unused)) static const struct sql sql_%s_ = {\"%s\",\n", name, name; next }
/^[ \t]*(--|$)/ || !name { next }
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); sub(/;[ \t]*$/, ""); printf "    \"%s\\n\"\n", $0 }
END { close_block() }
