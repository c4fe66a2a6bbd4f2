"""The database's schema as numbered steps. Steps are only ever appended: a released one never changes."""

from __future__ import annotations

MIGRATIONS: tuple[str, ...] = (
    # 1: profiles with their event log; conversations as trees of messages; drafts; models; full-text search
    """
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
    """,
    # 2: several profiles, of which one is selected and each may pause; a chat's own correction of its profile
    """
    ALTER TABLE profile ADD COLUMN selected_at REAL NOT NULL DEFAULT 0;  -- the latest is the selected one
    ALTER TABLE profile ADD COLUMN learns INTEGER NOT NULL DEFAULT 1;    -- 0: ratings in chats are not kept
    ALTER TABLE conversation ADD COLUMN correction TEXT NOT NULL DEFAULT '{}';  -- steps by axis, as JSON
    UPDATE conversation SET profile_id = (SELECT MIN(id) FROM profile) WHERE profile_id IS NULL;
    """,
    # 3: pinned chats; chats and messages that are deleted but can still be brought back
    """
    ALTER TABLE conversation ADD COLUMN pinned_at REAL;   -- NULL: not pinned
    ALTER TABLE conversation ADD COLUMN deleted_at REAL;  -- NULL: there; else hidden, and purged at the next start
    ALTER TABLE message ADD COLUMN deleted_at REAL;
    CREATE INDEX conversation_deleted ON conversation(deleted_at) WHERE deleted_at IS NOT NULL;
    CREATE INDEX message_deleted ON message(deleted_at) WHERE deleted_at IS NOT NULL;
    """,
    # 4: settings by model, and the step of the ladder that it loads with on a machine
    """
    ALTER TABLE model_config ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';  -- ModelSettings as JSON
    ALTER TABLE model_config ADD COLUMN rung INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE model_config ADD COLUMN machine TEXT NOT NULL DEFAULT '';
    """,
    # 5: what a model thought before a draft; replies that no taste chose
    """
    ALTER TABLE draft ADD COLUMN reasoning TEXT NOT NULL DEFAULT '';
    ALTER TABLE message ADD COLUMN plain INTEGER NOT NULL DEFAULT 0;
    """,
    # 6: folders of chats
    """
    CREATE TABLE folder (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: a deleted folder can come back
        name TEXT NOT NULL,
        created_at REAL NOT NULL,
        collapsed INTEGER NOT NULL DEFAULT 0
    );
    ALTER TABLE conversation ADD COLUMN folder_id INTEGER REFERENCES folder(id) ON DELETE SET NULL;
    """,
    # 7: personas, which are named system prompts
    """
    CREATE TABLE persona (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: settings may still name a deleted one
        name TEXT NOT NULL,
        prompt TEXT NOT NULL,
        created_at REAL NOT NULL
    );
    ALTER TABLE conversation ADD COLUMN persona_id INTEGER REFERENCES persona(id) ON DELETE SET NULL;
    """,
    # 8: blind self-tests; a round's texts are emptied when its test ends
    """
    CREATE TABLE self_test (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        profile_id INTEGER NOT NULL REFERENCES profile(id) ON DELETE CASCADE,
        created_at REAL NOT NULL,
        heads_version TEXT NOT NULL,
        typed TEXT NOT NULL DEFAULT '[]',   -- prompts typed in for it, as JSON
        ending TEXT CHECK (ending IN ('complete', 'stopped', 'given_up')),    -- NULL while it runs
        learned INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE self_test_round (
        test_id INTEGER NOT NULL REFERENCES self_test(id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        source TEXT NOT NULL,               -- the message that the prompt is from, or which typed one
        prompt TEXT NOT NULL DEFAULT '',
        mine TEXT NOT NULL DEFAULT '',
        first TEXT NOT NULL DEFAULT '',
        mine_scored TEXT,                   -- NULL until the drafts are written
        first_scored TEXT,
        mine_left INTEGER,
        choice TEXT CHECK (choice IN ('mine', 'first', 'tie', 'same', 'failed')),   -- NULL: not yet
        PRIMARY KEY (test_id, number)
    );
    CREATE TRIGGER self_test_forgets_deleted_text AFTER DELETE ON message BEGIN
        UPDATE self_test_round SET prompt = '', mine = '', first = '', choice = coalesce(choice, 'failed')
            WHERE source = old.id;
    END;
    """,
    # 9: files attached to messages: their text alone
    """
    CREATE TABLE attachment (
        message_id TEXT NOT NULL REFERENCES message(id) ON DELETE CASCADE,
        idx INTEGER NOT NULL,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (message_id, idx)
    );
    """,
    # 10: what a draft was asked for beside the conversation
    "ALTER TABLE draft ADD COLUMN direction TEXT NOT NULL DEFAULT 'plain';",
)
