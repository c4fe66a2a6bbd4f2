-- A database as schema 3 wrote it, frozen: a test opens it with today's Attune. Never changed.
CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    weights TEXT,               -- WeightVector as JSON: derived from the log, kept readable
    quiz_state TEXT NOT NULL DEFAULT 'new' CHECK (quiz_state IN ('new', 'started', 'done', 'skipped'))
);
CREATE TABLE feedback_event (   -- append-only; undo appends a retraction
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    profile_id INTEGER NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
    created_at REAL NOT NULL,
    schema_version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL       -- PreferenceEvent as JSON
);
CREATE INDEX feedback_event_profile ON feedback_event(profile_id, number);
CREATE TRIGGER feedback_event_is_append_only BEFORE UPDATE ON feedback_event
    BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END;
CREATE TABLE conversation (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    profile_id INTEGER REFERENCES profile(id) ON DELETE SET NULL,
    active_root TEXT            -- the first message of the branch that is shown
);
CREATE TABLE message (
    number INTEGER PRIMARY KEY, -- what the search index refers to; an implicit rowid would not survive a VACUUM
    id TEXT NOT NULL UNIQUE,
    conversation_id TEXT NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
    parent_id TEXT REFERENCES message(id) ON DELETE CASCADE,
    active_child TEXT,
    role TEXT NOT NULL CHECK (role IN ('system', 'user', 'assistant')),
    content TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('writing', 'complete', 'stopped', 'interrupted')),
    created_at REAL NOT NULL,
    model TEXT,
    mode TEXT,
    seed INTEGER,
    heads_version TEXT,
    timings TEXT
);
CREATE INDEX message_conversation ON message(conversation_id, created_at);
CREATE INDEX message_parent ON message(parent_id);
CREATE TABLE draft (
    message_id TEXT NOT NULL REFERENCES message(id) ON DELETE CASCADE,
    idx INTEGER NOT NULL,
    text TEXT NOT NULL,
    finish TEXT,                -- NULL while it is being written
    n_tokens INTEGER NOT NULL DEFAULT 0,
    base_rewards TEXT,
    quality REAL,
    uncertainty REAL,
    score REAL,
    axes TEXT,
    picked INTEGER NOT NULL DEFAULT 0,  -- what the weights chose
    shown INTEGER NOT NULL DEFAULT 0,   -- what the person sees and the next turn reads
    PRIMARY KEY (message_id, idx)
);
CREATE TABLE model_config (
    path TEXT PRIMARY KEY,
    n_gpu_layers INTEGER,
    n_ctx INTEGER,
    last_error TEXT,
    updated_at REAL NOT NULL
);
CREATE VIRTUAL TABLE message_fts USING fts5(
    content, content='message', content_rowid='number', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_fts_insert AFTER INSERT ON message BEGIN
    INSERT INTO message_fts(rowid, content) VALUES (new.number, new.content);
END;
CREATE TRIGGER message_fts_delete AFTER DELETE ON message BEGIN
    INSERT INTO message_fts(message_fts, rowid, content) VALUES ('delete', old.number, old.content);
END;
CREATE TRIGGER message_fts_update AFTER UPDATE OF content ON message BEGIN
    INSERT INTO message_fts(message_fts, rowid, content) VALUES ('delete', old.number, old.content);
    INSERT INTO message_fts(rowid, content) VALUES (new.number, new.content);
END;
ALTER TABLE profile ADD COLUMN selected_at REAL NOT NULL DEFAULT 0;  -- the latest is the selected one
ALTER TABLE profile ADD COLUMN learns INTEGER NOT NULL DEFAULT 1;    -- 0: ratings in chats are not kept
ALTER TABLE conversation ADD COLUMN correction TEXT NOT NULL DEFAULT '{}';  -- steps by axis, as JSON
ALTER TABLE conversation ADD COLUMN pinned_at REAL;   -- NULL: not pinned
ALTER TABLE conversation ADD COLUMN deleted_at REAL;  -- NULL: there; else hidden, and purged at the next start
ALTER TABLE message ADD COLUMN deleted_at REAL;
CREATE INDEX conversation_deleted ON conversation(deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX message_deleted ON message(deleted_at) WHERE deleted_at IS NOT NULL;
INSERT INTO profile (id, name, created_at, updated_at, weights, quiz_state) VALUES
    (1, 'Me', 1700000000.0, 1700000100.0,
     '{"mean":[0.25,-0.5],"covariance":[[1.0,0.0],[0.0,1.0]],"heads_version":"h1-211017e0ee37"}', 'done');
INSERT INTO feedback_event (number, profile_id, created_at, schema_version, kind, payload) VALUES
    (1, 1, 1700000010.0, 1, 'thumb', '{"kind":"thumb","heads_version":"h1-211017e0ee37","message":"m2","index":1,"up":true,"shown":{"base_rewards":[1.0,0.0],"quality":0.1},"reference":{"base_rewards":[0.0,0.0],"quality":0.0},"reason":null}'),
    (2, 1, 1700000020.0, 1, 'retraction', '{"kind":"retraction","heads_version":"h1-211017e0ee37","event":1}'),
    (3, 1, 1700000030.0, 1, 'axis', '{"kind":"axis","heads_version":"h1-211017e0ee37","axis":"length","value":-0.5,"sd":0.25}');
INSERT INTO conversation (id, title, created_at, updated_at, profile_id, active_root) VALUES
    ('c1', 'What is basil?', 1700000001.0, 1700000002.0, 1, 'm1'),
    ('c2', 'Nobody''s', 1700000003.0, 1700000004.0, NULL, NULL);
INSERT INTO message (number, id, conversation_id, parent_id, active_child, role, content, status, created_at, mode, heads_version) VALUES
    (1, 'm1', 'c1', NULL, 'm2', 'user', 'What is basil?', 'complete', 1700000001.0, NULL, NULL),
    (2, 'm2', 'c1', 'm1', NULL, 'assistant', 'A kitchen herb.', 'complete', 1700000002.0, 'personal', 'h1-211017e0ee37');
INSERT INTO draft (message_id, idx, text, finish, n_tokens, base_rewards, quality, uncertainty, score, axes, picked, shown) VALUES
    ('m2', 0, 'A plant.', 'stop', 3, '[0.0, 0.0]', 0.0, 0.5, 0.0, '{"length": -1.0}', 0, 0),
    ('m2', 1, 'A kitchen herb.', 'stop', 4, '[1.0, 0.0]', 0.1, 0.5, 0.3, '{"length": -0.5}', 1, 1);
UPDATE conversation SET profile_id = 1 WHERE profile_id IS NULL;
UPDATE conversation SET correction = '{"length": -2}' WHERE id = 'c1';
INSERT INTO profile (id, name, created_at, updated_at, selected_at, learns) VALUES (2, 'Work', 5.0, 5.0, 6.0, 0);

INSERT INTO conversation (id, title, created_at, updated_at, profile_id, active_root, pinned_at) VALUES
    ('c3', 'مرحبا 你好 👩‍👩‍👧‍👦', 1700000005.0, 1700000006.0, 2, 'm3', 1700000007.0);
INSERT INTO conversation (id, title, created_at, updated_at, profile_id, active_root, deleted_at) VALUES
    ('c4', 'Hidden when the power went', 1700000005.0, 1700000006.0, 2, 'm6', 1700000008.0);
INSERT INTO message (number, id, conversation_id, parent_id, active_child, role, content, status, created_at, mode, deleted_at) VALUES
    (3, 'm3', 'c3', NULL, 'm5', 'user', 'اكتب لي عن 猫 – étude', 'complete', 1700000005.0, NULL, NULL),
    (4, 'm4', 'c3', 'm3', NULL, 'assistant', 'a deleted reply', 'complete', 1700000006.0, 'instant', 1700000009.0),
    (5, 'm5', 'c3', 'm3', NULL, 'assistant', '', 'writing', 1700000006.5, 'instant', NULL),
    (6, 'm6', 'c4', NULL, NULL, 'user', 'hidden text', 'complete', 1700000006.0, NULL, NULL);
INSERT INTO draft (message_id, idx, text) VALUES ('m5', 0, '猫は');
PRAGMA user_version = 3;
