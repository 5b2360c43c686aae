-- name: words_insert
INSERT INTO intake.words (street, about, part, author, subject, body, masked_subject, masked_body)
SELECT $1::int, t.about, t.part::int, t.author, t.subject, t.body, t.masked_subject, t.masked_body
  FROM unnest($2::uuid[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
       AS t(about, part, author, subject, body, masked_subject, masked_body)
ON CONFLICT (street, about, part) DO NOTHING
