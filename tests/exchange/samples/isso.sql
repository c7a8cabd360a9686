-- An Isso 0.14 database as text, in the shape its own code creates. Loaded by the tests into a file.
CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));
CREATE TABLE comments (
    tid REFERENCES threads(id), id INTEGER PRIMARY KEY, parent INTEGER, created FLOAT NOT NULL, modified FLOAT,
    mode INTEGER, remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR, website VARCHAR,
    likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0, voters BLOB NOT NULL, notification INTEGER DEFAULT 0
);
PRAGMA user_version = 5;
INSERT INTO preferences VALUES ('session-key', '000000000000000000000000000000000000000000000000');
INSERT INTO threads VALUES (1, '/2021/harbour/', 'The harbour budget'), (2, '/2021/rail/?p=7', NULL);
INSERT INTO comments VALUES
 (1, 1, NULL, 1614585600.25, NULL, 1, '192.0.2.0', 'Who **pays** for the quay?', 'Ana &amp; Bo', 'Ana@Example.org', 'https://ana.example/?a=1&amp;b=2', 5, 2, zeroblob(256), 1),
 (1, 2, 1, 1614585660.5, 1614585900.0, 1, '192.0.2.0', 'All of us do.', 'carl', NULL, NULL, 0, 0, zeroblob(256), 0),
 (1, 3, 1, 1614585720.0, NULL, 2, '192.0.2.0', 'Held: http://shop.example', 'dora', NULL, 'javascript:alert(1)', 0, 0, zeroblob(256), 0),
 (1, 4, NULL, 1614585780.0, NULL, 4, '192.0.2.0', '', NULL, 'left-behind@example.org', NULL, 3, 0, zeroblob(256), 0),
 (1, 5, 4, 1614585840.0, NULL, 1, '198.51.100.0', 'A reply to what was deleted', NULL, NULL, NULL, 0, 0, zeroblob(256), 0),
 (2, 6, NULL, 1614586000.0, NULL, 1, '198.51.100.0', '<p>Came from <b>Disqus</b>.</p>', 'ANA  &amp; bo', 'ana@example.org', NULL, 0, 1, zeroblob(256), 0);
