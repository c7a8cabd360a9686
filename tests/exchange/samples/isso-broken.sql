-- Everything that can be wrong inside an Isso database that still opens. Loaded after isso.sql.
INSERT INTO threads VALUES (3, NULL, 'A page without an address');
INSERT INTO comments VALUES
 (1, 10, 99, 1614586000.0, NULL, 1, NULL, 'My parent is gone', 'eve', NULL, NULL, 0, 0, x'', 0),
 (2, 11, 1, 1614586001.0, NULL, 1, NULL, 'My parent is on another page', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 12, 12, 1614586002.0, NULL, 1, NULL, 'I answer myself', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 13, 15, 1614586003.0, NULL, 1, NULL, 'Loop', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 14, 13, 1614586004.0, NULL, 1, NULL, 'Loop', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 15, 14, 1614586005.0, NULL, 1, NULL, 'Loop', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 16, NULL, -5.0, 9e99, 1, NULL, 'No such time', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 17, NULL, 'yesterday', NULL, 3, NULL, 'No such mode', 'eve', NULL, NULL, -4, 'many', x'', 0),
 (1, 18, NULL, 1614586010.0, NULL, 1, NULL, CAST(x'62616420ff2e' AS TEXT), 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 19, NULL, 1614586011.0, NULL, 1, NULL, CAST(x'6e756c00212e' AS TEXT), 'eve', NULL, NULL, 0, 0, x'', 0),
 (77, 20, NULL, 1614586012.0, NULL, 1, NULL, 'No page at all', 'eve', NULL, NULL, 0, 0, x'', 0),
 (3, 21, NULL, 1614586013.0, NULL, 1, NULL, '', 'eve', NULL, NULL, 0, 0, x'', 0),
 (1, 22, NULL, 1614586014.0, NULL, 4, NULL, 'Deleted at Disqus, kept by the import', 'eve', 'eve@example.org', NULL, 0, 0, x'', 0);
ALTER TABLE comments ADD COLUMN mood VARCHAR;
UPDATE comments SET mood = 'glad' WHERE id IN (1, 2);
