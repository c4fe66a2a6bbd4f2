<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>Attune {version}</source>
        <translation>Attune {version}</translation>
    </message>
    <message>
        <source>A chat assistant on your own machine that answers the way you like.</source>
        <translation>Ein Chat-Assistent auf deinem eigenen Rechner, der so antwortet, wie du es magst.</translation>
    </message>
    <message>
        <source>About Attune</source>
        <translation>Über Attune</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>Versionen</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>Lizenzen</translation>
    </message>
    <message>
        <source>Diagnostics</source>
        <translation>Diagnose</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>Diagnose kopieren</translation>
    </message>
    <message>
        <source>Connections…</source>
        <translation>Verbindungen…</translation>
    </message>
    <message>
        <source>Attune is free software under the Apache License 2.0.</source>
        <translation>Attune ist freie Software unter der Apache-Lizenz 2.0.</translation>
    </message>
    <message>
        <source>Attune is under the Apache License 2.0. It uses these packages, unchanged, under their own licences:</source>
        <translation>Attune steht unter der Apache-Lizenz 2.0. Es verwendet diese Pakete unverändert und unter ihren eigenen Lizenzen:</translation>
    </message>
    <message>
        <source>Qt and Qt for Python are used under the GNU Lesser General Public License, version 3, as shared libraries that you may replace by other versions with the same interface.</source>
        <translation>Qt und Qt for Python werden unter der GNU Lesser General Public License, Version 3, als gemeinsam genutzte Bibliotheken verwendet, die du durch andere Versionen mit derselben Schnittstelle ersetzen darfst.</translation>
    </message>
    <message>
        <source>This is what “Copy diagnostics” copies. No message, prompt or name of yours is in it.</source>
        <translation>Das kopiert „Diagnose kopieren“. Es enthält weder Nachrichten noch Prompts noch Namen von dir.</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>Kopiert.</translation>
    </message>
</context>
<context>
    <name>AttachmentBar</name>
    <message>
        <source>reading…</source>
        <translation>wird gelesen…</translation>
    </message>
    <message>
        <source>being read</source>
        <translation>wird gelesen</translation>
    </message>
    <message>
        <source>What is attached has about {n} tokens, more than the {m} that this model can read. Attach less, or choose a model with a larger context.</source>
        <translation>Der Anhang hat etwa {n} Tokens, mehr als die {m}, die dieses Modell lesen kann. Häng weniger an oder wähle ein Modell mit größerem Kontext.</translation>
    </message>
</context>
<context>
    <name>AttachmentChip</name>
    <message>
        <source>Remove {file}</source>
        <translation>{file} entfernen</translation>
    </message>
</context>
<context>
    <name>AttachmentReader</name>
    <message>
        <source>At most {n} files are attached at once.</source>
        <translation>Höchstens {n} Dateien lassen sich zugleich anhängen.</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message>
        <source>≈ {n} tokens</source>
        <translation>≈ {n} Tokens</translation>
    </message>
    <message>
        <source>about {n} tokens</source>
        <translation>etwa {n} Tokens</translation>
    </message>
    <message>
        <source>≈ {n} of {m} tokens</source>
        <translation>≈ {n} von {m} Tokens</translation>
    </message>
    <message>
        <source>about {n} of {m} tokens</source>
        <translation>etwa {n} von {m} Tokens</translation>
    </message>
</context>
<context>
    <name>BackgroundJob</name>
    <message>
        <source>Something went wrong inside Attune. Nothing was changed.</source>
        <translation>In Attune ist etwas schiefgegangen. Es wurde nichts geändert.</translation>
    </message>
</context>
<context>
    <name>BackupsDialog</name>
    <message>
        <source>Backups and erasing</source>
        <translation>Sicherungen und Löschen</translation>
    </message>
    <message>
        <source>Backups, newest first</source>
        <translation>Sicherungen, neueste zuerst</translation>
    </message>
    <message>
        <source>There is no backup yet.</source>
        <translation>Es gibt noch keine Sicherung.</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>Jetzt sichern</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>Wiederherstellen…</translation>
    </message>
    <message>
        <source>Also the models that were fetched</source>
        <translation>Auch heruntergeladene Modelle</translation>
    </message>
    <message>
        <source>Erase everything…</source>
        <translation>Alles löschen…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>Sicherungen</translation>
    </message>
    <message>
        <source>Copies of all chats and profiles on this computer, made once a day and before an update changes the database. Chats that you delete stay in backups until newer ones take their place.</source>
        <translation>Kopien aller Chats und Profile auf diesem Computer. Sie entstehen einmal am Tag und bevor ein Update die Datenbank ändert. Chats, die du löschst, bleiben in Sicherungen, bis neuere an deren Stelle treten.</translation>
    </message>
    <message>
        <source>Erase everything</source>
        <translation>Alles löschen</translation>
    </message>
    <message>
        <source>Deletes all chats, profiles, backups, settings and logs from this computer, for good.</source>
        <translation>Löscht alle Chats, Profile, Sicherungen, Einstellungen und Protokolle endgültig von diesem Computer.</translation>
    </message>
    <message>
        <source>daily</source>
        <translation>täglich</translation>
    </message>
    <message>
        <source>made by you</source>
        <translation>von dir erstellt</translation>
    </message>
    <message>
        <source>before an update</source>
        <translation>vor einem Update</translation>
    </message>
    <message>
        <source>before going back to a backup</source>
        <translation>vor der Rückkehr zu einer Sicherung</translation>
    </message>
    <message>
        <source>{time} · {kind} · {size}</source>
        <translation>{time} · {kind} · {size}</translation>
    </message>
    <message>
        <source>Go back to the backup of {time}?</source>
        <translation>Zur Sicherung von {time} zurückkehren?</translation>
    </message>
    <message>
        <source>All chats and profiles are then as they were, and the window opens anew. What there is now is kept as a backup, so that you can come back to it.</source>
        <translation>Alle Chats und Profile sind dann wie damals, und das Fenster öffnet sich neu. Der jetzige Stand wird als Sicherung aufbewahrt, sodass du zu ihm zurückkehren kannst.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>All chats, profiles, backups, settings and logs are deleted. There is no way back.</source>
        <translation>Alle Chats, Profile, Sicherungen, Einstellungen und Protokolle werden gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>All chats, profiles, backups, settings, logs and fetched models are deleted. There is no way back.</source>
        <translation>Alle Chats, Profile, Sicherungen, Einstellungen, Protokolle und heruntergeladenen Modelle werden gelöscht. Das lässt sich nicht rückgängig machen.</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Erase everything?</source>
        <translation>Alles löschen?</translation>
    </message>
</context>
<context>
    <name>BranchController</name>
    <message>
        <source>Deleted one message.</source>
        <translation>Eine Nachricht gelöscht.</translation>
    </message>
    <message>
        <source>Deleted {n} messages.</source>
        <translation>{n} Nachrichten gelöscht.</translation>
    </message>
</context>
<context>
    <name>ChatAssembly</name>
    <message>
        <source>Chats of ChatGPT, Open WebUI or Attune (*.json *.zip)</source>
        <translation>Chats aus ChatGPT, Open WebUI oder Attune (*.json *.zip)</translation>
    </message>
    <message>
        <source>Import chats</source>
        <translation>Chats importieren</translation>
    </message>
    <message>
        <source>Export all chats</source>
        <translation>Alle Chats exportieren</translation>
    </message>
    <message>
        <source>Attune chats</source>
        <translation>Attune-Chats</translation>
    </message>
    <message>
        <source>Export this chat</source>
        <translation>Diesen Chat exportieren</translation>
    </message>
    <message>
        <source>Markdown, to be read (*.md)</source>
        <translation>Markdown, zum Lesen (*.md)</translation>
    </message>
    <message>
        <source>JSON of Open WebUI (*.json)</source>
        <translation>JSON für Open WebUI (*.json)</translation>
    </message>
    <message>
        <source>JSON of Attune, with drafts and numbers (*.json)</source>
        <translation>JSON für Attune, mit Entwürfen und Zahlen (*.json)</translation>
    </message>
    <message>
        <source>Name of the new folder</source>
        <translation>Name des neuen Ordners</translation>
    </message>
    <message>
        <source>Rename folder</source>
        <translation>Ordner umbenennen</translation>
    </message>
    <message>
        <source>Rename chat</source>
        <translation>Chat umbenennen</translation>
    </message>
</context>
<context>
    <name>ChatController</name>
    <message>
        <source>The model wrote nothing.</source>
        <translation>Das Modell hat nichts geschrieben.</translation>
    </message>
    <message>
        <source>Stopped before anything was written.</source>
        <translation>Gestoppt, bevor etwas geschrieben wurde.</translation>
    </message>
    <message>
        <source>This message has no reply yet.</source>
        <translation>Diese Nachricht hat noch keine Antwort.</translation>
    </message>
</context>
<context>
    <name>ChatFileController</name>
    <message>
        <source>Exporting {file}</source>
        <translation>{file} wird exportiert</translation>
    </message>
    <message>
        <source>Importing {file}</source>
        <translation>{file} wird importiert</translation>
    </message>
    <message>
        <source>Exported one chat.</source>
        <translation>Einen Chat exportiert.</translation>
    </message>
    <message>
        <source>Exported {n} chats.</source>
        <translation>{n} Chats exportiert.</translation>
    </message>
    <message>
        <source>One chat imported</source>
        <translation>Einen Chat importiert</translation>
    </message>
    <message>
        <source>{n} chats imported</source>
        <translation>{n} Chats importiert</translation>
    </message>
    <message>
        <source>{n} without messages left out</source>
        <translation>{n} ohne Nachrichten ausgelassen</translation>
    </message>
    <message>
        <source>; and {n} more</source>
        <translation>; und {n} weitere</translation>
    </message>
    <message>
        <source>{n} skipped: {reasons}</source>
        <translation>{n} übersprungen: {reasons}</translation>
    </message>
</context>
<context>
    <name>ChatListController</name>
    <message>
        <source>{title} (copy)</source>
        <translation>{title} (Kopie)</translation>
    </message>
    <message>
        <source>Deleted “{title}”.</source>
        <translation>„{title}“ gelöscht.</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Show or hide the sidebar (Ctrl+B)</source>
        <translation>Seitenleiste ein- oder ausblenden (Strg+B)</translation>
    </message>
    <message>
        <source>Temporary</source>
        <translation>Temporär</translation>
    </message>
    <message>
        <source>Temporary chat: it is not saved, nothing is learned from it, and it is gone once you leave it</source>
        <translation>Temporärer Chat: Er wird nicht gespeichert, aus ihm wird nichts gelernt, und er ist weg, sobald du ihn verlässt</translation>
    </message>
    <message>
        <source>More about this chat</source>
        <translation>Mehr zu diesem Chat</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Duplizieren</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>Unterhaltung</translation>
    </message>
    <message>
        <source>Temporary chat</source>
        <translation>Temporärer Chat</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
</context>
<context>
    <name>CodeBlock</name>
    <message>
        <source>Code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>code</source>
        <translation>Code</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Write a message</source>
        <translation>Schreib eine Nachricht</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Nachricht</translation>
    </message>
    <message>
        <source>Instant</source>
        <translation>Sofort</translation>
    </message>
    <message>
        <source>Instant mode</source>
        <translation>Sofort-Modus</translation>
    </message>
    <message>
        <source>Personal</source>
        <translation>Persönlich</translation>
    </message>
    <message>
        <source>Personal mode</source>
        <translation>Persönlicher Modus</translation>
    </message>
    <message>
        <source>One draft, shown as it is written</source>
        <translation>Ein Entwurf, gezeigt, während er entsteht</translation>
    </message>
    <message>
        <source>Plain</source>
        <translation>Schlicht</translation>
    </message>
    <message>
        <source>Answer the next message plainly</source>
        <translation>Die nächste Nachricht schlicht beantworten</translation>
    </message>
    <message>
        <source>The next answer is the one that most people would like, whatever your taste</source>
        <translation>Die nächste Antwort ist die, die den meisten gefallen würde, unabhängig von deinem Geschmack</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>Dateien anhängen</translation>
    </message>
    <message>
        <source>Attach text, Markdown, source files or PDF (or drop or paste them here)</source>
        <translation>Text, Markdown, Quelldateien oder PDF anhängen (oder hier ablegen oder einfügen)</translation>
    </message>
    <message>
        <source>Writes up to {n} drafts within about {s} seconds and shows the one you would like best</source>
        <translation>Schreibt bis zu {n} Entwürfe in etwa {s} Sekunden und zeigt den, der dir am besten gefallen dürfte</translation>
    </message>
    <message>
        <source>best of up to {n} drafts · about {s} s</source>
        <translation>bester von bis zu {n} Entwürfen · etwa {s} s</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>Stopp (Esc)</translation>
    </message>
</context>
<context>
    <name>ConnectionsDialog</name>
    <message>
        <source>Every connection Attune can make</source>
        <translation>Jede Verbindung, die Attune herstellen kann</translation>
    </message>
    <message>
        <source>There is no account, no telemetry, no update check and no crash report. Nothing is connected to before you ask for it, and there is no other connection than these.</source>
        <translation>Es gibt kein Konto, keine Telemetrie, keine Suche nach Updates und keine Absturzberichte. Nichts wird verbunden, bevor du es verlangst, und es gibt keine anderen Verbindungen als diese.</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wenn</translation>
    </message>
    <message>
        <source>To whom</source>
        <translation>Mit wem</translation>
    </message>
    <message>
        <source>What is sent</source>
        <translation>Was gesendet wird</translation>
    </message>
    <message>
        <source>What is received</source>
        <translation>Was empfangen wird</translation>
    </message>
</context>
<context>
    <name>ContextDivider</name>
    <message>
        <source>The model no longer reads what is above this line</source>
        <translation>Was über dieser Linie steht, liest das Modell nicht mehr</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>This chat takes {n} of the {m} tokens that the model can read.</source>
        <translation>Dieser Chat belegt {n} der {m} Tokens, die das Modell lesen kann.</translation>
    </message>
    <message>
        <source>This message is too long for the model: {n} tokens, where it can read {m}.</source>
        <translation>Diese Nachricht ist zu lang für das Modell: {n} Tokens, lesen kann es {m}.</translation>
    </message>
    <message>
        <source>Its beginning no longer fits and is not read.</source>
        <translation>Sein Anfang passt nicht mehr hinein und wird nicht gelesen.</translation>
    </message>
    <message>
        <source>{p} % full</source>
        <translation>{p} % voll</translation>
    </message>
    <message>
        <source>Too long</source>
        <translation>Zu lang</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>{title}, pinned</source>
        <translation>{title}, angeheftet</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>eingeklappt</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>ausgeklappt</translation>
    </message>
    <message>
        <source>Folder {name}, chats: {n}, {state}</source>
        <translation>Ordner {name}, Chats: {n}, {state}</translation>
    </message>
    <message>
        <source>Expand	Right</source>
        <translation>Ausklappen	Rechts</translation>
    </message>
    <message>
        <source>Collapse	Left</source>
        <translation>Einklappen	Links</translation>
    </message>
    <message>
        <source>Rename…	F2</source>
        <translation>Umbenennen…	F2</translation>
    </message>
    <message>
        <source>Delete the folder	Del</source>
        <translation>Ordner löschen	Entf</translation>
    </message>
    <message>
        <source>Unpin	Ctrl+P</source>
        <translation>Lösen	Strg+P</translation>
    </message>
    <message>
        <source>Pin	Ctrl+P</source>
        <translation>Anheften	Strg+P</translation>
    </message>
    <message>
        <source>Duplicate	Ctrl+D</source>
        <translation>Duplizieren	Strg+D</translation>
    </message>
    <message>
        <source>Export…	Ctrl+E</source>
        <translation>Exportieren…	Strg+E</translation>
    </message>
    <message>
        <source>Move to folder</source>
        <translation>In Ordner verschieben</translation>
    </message>
    <message>
        <source>Delete	Del</source>
        <translation>Löschen	Entf</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner…</translation>
    </message>
    <message>
        <source>Out of its folder</source>
        <translation>Aus dem Ordner nehmen</translation>
    </message>
</context>
<context>
    <name>Correction</name>
    <message>
        <source>as your taste</source>
        <translation>wie dein Geschmack</translation>
    </message>
    <message>
        <source>a little {word}</source>
        <translation>etwas {word}</translation>
    </message>
    <message>
        <source>much {word}</source>
        <translation>viel {word}</translation>
    </message>
    <message>
        <source>shorter</source>
        <translation>kürzer</translation>
    </message>
    <message>
        <source>longer</source>
        <translation>länger</translation>
    </message>
    <message>
        <source>plainer</source>
        <translation>schlichter</translation>
    </message>
    <message>
        <source>more structured</source>
        <translation>stärker gegliedert</translation>
    </message>
    <message>
        <source>simpler</source>
        <translation>einfacher</translation>
    </message>
    <message>
        <source>more technical</source>
        <translation>fachlicher</translation>
    </message>
    <message>
        <source>more casual</source>
        <translation>lockerer</translation>
    </message>
    <message>
        <source>more formal</source>
        <translation>förmlicher</translation>
    </message>
    <message>
        <source>cooler</source>
        <translation>kühler</translation>
    </message>
    <message>
        <source>warmer</source>
        <translation>wärmer</translation>
    </message>
</context>
<context>
    <name>CorrectionPanel</name>
    <message>
        <source>In this chat only</source>
        <translation>Nur in diesem Chat</translation>
    </message>
    <message>
        <source>As my taste</source>
        <translation>Wie mein Geschmack</translation>
    </message>
    <message>
        <source>Clear this chat&apos;s correction</source>
        <translation>Korrektur dieses Chats entfernen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Counts from the next reply. Your taste profile stays as it is.</source>
        <translation>Gilt ab der nächsten Antwort. Dein Geschmacksprofil bleibt, wie es ist.</translation>
    </message>
    <message>
        <source>{less} or {more}: {words}</source>
        <translation>{less} oder {more}: {words}</translation>
    </message>
</context>
<context>
    <name>Directions</name>
    <message>
        <source>plain draft</source>
        <translation>schlichter Entwurf</translation>
    </message>
    <message>
        <source>for your taste</source>
        <translation>nach deinem Geschmack</translation>
    </message>
    <message>
        <source>exploring</source>
        <translation>erkundend</translation>
    </message>
    <message>
        <source>The model was asked for nothing in particular in this draft.</source>
        <translation>Für diesen Entwurf wurde das Modell um nichts Besonderes gebeten.</translation>
    </message>
    <message>
        <source>The model was asked to write this draft the way you like.</source>
        <translation>Das Modell wurde gebeten, diesen Entwurf so zu schreiben, wie du es magst.</translation>
    </message>
    <message>
        <source>The model was asked to try something in this draft of which Attune doesn&apos;t know yet how you like it.</source>
        <translation>Das Modell wurde gebeten, in diesem Entwurf etwas auszuprobieren, von dem Attune noch nicht weiß, wie du es findest.</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Pause fetching {name}</source>
        <translation>Herunterladen von {name} pausieren</translation>
    </message>
    <message>
        <source>Go on fetching {name}</source>
        <translation>Herunterladen von {name} fortsetzen</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} verwenden</translation>
    </message>
    <message>
        <source>Cancel fetching {name}</source>
        <translation>Herunterladen von {name} abbrechen</translation>
    </message>
    <message>
        <source>{name} is paused</source>
        <translation>{name} ist pausiert</translation>
    </message>
    <message>
        <source>{name} could not be fetched</source>
        <translation>{name} konnte nicht heruntergeladen werden</translation>
    </message>
    <message>
        <source>Checking {name}</source>
        <translation>{name} wird geprüft</translation>
    </message>
    <message>
        <source>Pausing {name}</source>
        <translation>{name} wird pausiert</translation>
    </message>
    <message>
        <source>{name} is here</source>
        <translation>{name} ist da</translation>
    </message>
    <message>
        <source>Fetching {name}</source>
        <translation>{name} wird heruntergeladen</translation>
    </message>
</context>
<context>
    <name>DraftBars</name>
    <message>
        <source>dropped</source>
        <translation>aufgegeben</translation>
    </message>
</context>
<context>
    <name>DraftsBar</name>
    <message>
        <source>Previous draft</source>
        <translation>Voriger Entwurf</translation>
    </message>
    <message>
        <source>Next draft</source>
        <translation>Nächster Entwurf</translation>
    </message>
    <message>
        <source>I prefer this one</source>
        <translation>Lieber diesen</translation>
    </message>
    <message>
        <source>Good reply</source>
        <translation>Gute Antwort</translation>
    </message>
    <message>
        <source>Bad reply</source>
        <translation>Schlechte Antwort</translation>
    </message>
    <message>
        <source>Copy reply</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Why this one?</source>
        <translation>Warum dieser?</translation>
    </message>
    <message>
        <source>More about this reply</source>
        <translation>Mehr zu dieser Antwort</translation>
    </message>
    <message>
        <source>Draft {n} of {total}</source>
        <translation>Entwurf {n} von {total}</translation>
    </message>
    <message>
        <source>Plain answer</source>
        <translation>Schlichte Antwort</translation>
    </message>
    <message>
        <source>Picked for you</source>
        <translation>Für dich gewählt</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>Deine Wahl</translation>
    </message>
</context>
<context>
    <name>EmptyChat</name>
    <message>
        <source>What can I write for you?</source>
        <translation>Was kann ich für dich schreiben?</translation>
    </message>
    <message>
        <source>Attune writes several drafts and shows the one you would like best. Thumbs and “I prefer this one” keep its sense of your taste current.</source>
        <translation>Attune schreibt mehrere Entwürfe und zeigt den, der dir am besten gefallen dürfte. Mit Daumen und „Lieber diesen“ bleibt sein Bild von deinem Geschmack aktuell.</translation>
    </message>
    <message>
        <source>This is the bundled model. It is tiny and often wrong; it is here so that Attune works at once.</source>
        <translation>Das ist das mitgelieferte Modell. Es ist winzig und irrt sich oft; es ist dabei, damit Attune sofort läuft.</translation>
    </message>
    <message>
        <source>Choose a larger model…</source>
        <translation>Größeres Modell wählen…</translation>
    </message>
    <message>
        <source>This chat is temporary. It is kept in memory alone: never written to the disk, in no list, and gone once you open another chat or close Attune. Nothing is learned from it, though your taste still chooses among the drafts.</source>
        <translation>Dieser Chat ist temporär. Er bleibt nur im Arbeitsspeicher: Er wird nie auf die Festplatte geschrieben, steht in keiner Liste und ist weg, sobald du einen anderen Chat öffnest oder Attune schließt. Aus ihm wird nichts gelernt, aber dein Geschmack wählt weiterhin unter den Entwürfen.</translation>
    </message>
</context>
<context>
    <name>EngineClient</name>
    <message>
        <source>Another model was chosen meanwhile.</source>
        <translation>Inzwischen wurde ein anderes Modell gewählt.</translation>
    </message>
    <message>
        <source>This message is too long to be sent to the model. Shorten it or split it up.</source>
        <translation>Diese Nachricht ist zu lang für das Modell. Kürze sie oder teile sie auf.</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Gestoppt.</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly. Attune is starting it again.</source>
        <translation>Die Engine wurde unerwartet beendet. Attune startet sie neu.</translation>
    </message>
    <message>
        <source>The engine no longer answered. Attune is starting it again.</source>
        <translation>Die Engine hat nicht mehr geantwortet. Attune startet sie neu.</translation>
    </message>
    <message>
        <source>The engine stopped {n} times in a row, so Attune no longer starts it by itself. Load the model again, or choose another one.</source>
        <translation>Die Engine wurde {n}-mal in Folge beendet, deshalb startet Attune sie nicht mehr von selbst. Lade das Modell erneut oder wähle ein anderes.</translation>
    </message>
    <message>
        <source>The engine that was found is of another version. Please reinstall Attune.</source>
        <translation>Die gefundene Engine hat eine andere Version. Bitte installiere Attune neu.</translation>
    </message>
    <message>
        <source>The model could not be loaded.</source>
        <translation>Das Modell konnte nicht geladen werden.</translation>
    </message>
    <message>
        <source>The engine gave no reply.</source>
        <translation>Die Engine gab keine Antwort.</translation>
    </message>
    <message>
        <source>No model is loaded. Choose one with the model button first.</source>
        <translation>Es ist kein Modell geladen. Wähle zuerst eines über die Modell-Schaltfläche.</translation>
    </message>
</context>
<context>
    <name>EngineCommand</name>
    <message>
        <source>The command ended without a word.</source>
        <translation>Der Befehl endete ohne Meldung.</translation>
    </message>
    <message>
        <source>Attune could not start its engine. Please reinstall Attune.</source>
        <translation>Attune konnte seine Engine nicht starten. Bitte installiere Attune neu.</translation>
    </message>
</context>
<context>
    <name>FolderController</name>
    <message>
        <source>Deleted the folder “{name}”. Its chats stay.</source>
        <translation>Ordner „{name}“ gelöscht. Seine Chats bleiben.</translation>
    </message>
</context>
<context>
    <name>HistoryController</name>
    <message>
        <source>Before any answer</source>
        <translation>Vor der ersten Antwort</translation>
    </message>
    <message>
        <source>{when}: {event}</source>
        <translation>{when}: {event}</translation>
    </message>
    <message>
        <source>{n} events up to {text}</source>
        <translation>{n} Ereignisse bis {text}</translation>
    </message>
</context>
<context>
    <name>HistorySection</name>
    <message>
        <source>Which taste the line shows</source>
        <translation>Welchen Geschmack die Linie zeigt</translation>
    </message>
    <message>
        <source>Point at a dot, or use the arrow keys, to see what happened there</source>
        <translation>Zeig auf einen Punkt oder nimm die Pfeiltasten, um zu sehen, was dort geschah</translation>
    </message>
    <message>
        <source>Nothing yet: the line begins with your first answer.</source>
        <translation>Noch nichts: Die Linie beginnt mit deiner ersten Antwort.</translation>
    </message>
    <message>
        <source>{event} — then: {leaning}</source>
        <translation>{event} – danach: {leaning}</translation>
    </message>
    <message>
        <source>{axis} over time, point {n} of {all}: {text}</source>
        <translation>{axis} im Lauf der Zeit, Punkt {n} von {all}: {text}</translation>
    </message>
</context>
<context>
    <name>JobBar</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>LibraryController</name>
    <message>
        <source>The engine that was found is of another version. Please reinstall Attune.</source>
        <translation>Die gefundene Engine hat eine andere Version. Bitte installiere Attune neu.</translation>
    </message>
</context>
<context>
    <name>LikingSlider</name>
    <message>
        <source>Set</source>
        <translation>Festlegen</translation>
    </message>
    <message>
        <source>Set how much you like {axis}</source>
        <translation>Festlegen, wie sehr du {axis} magst</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Leave {axis} as it is</source>
        <translation>{axis} lassen, wie es ist</translation>
    </message>
    <message>
        <source>{less} or {more}: {words}</source>
        <translation>{less} oder {more}: {words}</translation>
    </message>
</context>
<context>
    <name>Likings</name>
    <message>
        <source>Length</source>
        <translation>Länge</translation>
    </message>
    <message>
        <source>Structure</source>
        <translation>Gliederung</translation>
    </message>
    <message>
        <source>Formality</source>
        <translation>Förmlichkeit</translation>
    </message>
    <message>
        <source>Warmth</source>
        <translation>Wärme</translation>
    </message>
    <message>
        <source>Enthusiasm</source>
        <translation>Begeisterung</translation>
    </message>
    <message>
        <source>Humour</source>
        <translation>Humor</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>Bestimmtheit</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>Tiefe</translation>
    </message>
    <message>
        <source>Technicality</source>
        <translation>Fachlichkeit</translation>
    </message>
    <message>
        <source>Concreteness</source>
        <translation>Anschaulichkeit</translation>
    </message>
    <message>
        <source>Engagement</source>
        <translation>Rückfragen</translation>
    </message>
    <message>
        <source>shorter</source>
        <translation>kürzer</translation>
    </message>
    <message>
        <source>longer</source>
        <translation>länger</translation>
    </message>
    <message>
        <source>plainer prose</source>
        <translation>mehr Fließtext</translation>
    </message>
    <message>
        <source>more lists and headings</source>
        <translation>mehr Listen und Überschriften</translation>
    </message>
    <message>
        <source>more casual</source>
        <translation>lockerer</translation>
    </message>
    <message>
        <source>more formal</source>
        <translation>förmlicher</translation>
    </message>
    <message>
        <source>more matter-of-fact</source>
        <translation>sachlicher</translation>
    </message>
    <message>
        <source>warmer</source>
        <translation>wärmer</translation>
    </message>
    <message>
        <source>calmer</source>
        <translation>ruhiger</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>lebhafter</translation>
    </message>
    <message>
        <source>more earnest</source>
        <translation>ernster</translation>
    </message>
    <message>
        <source>more playful</source>
        <translation>verspielter</translation>
    </message>
    <message>
        <source>more careful</source>
        <translation>vorsichtiger</translation>
    </message>
    <message>
        <source>more decisive</source>
        <translation>entschiedener</translation>
    </message>
    <message>
        <source>less background</source>
        <translation>weniger Hintergrund</translation>
    </message>
    <message>
        <source>more thorough</source>
        <translation>gründlicher</translation>
    </message>
    <message>
        <source>plainer words</source>
        <translation>einfachere Wörter</translation>
    </message>
    <message>
        <source>more technical</source>
        <translation>fachlicher</translation>
    </message>
    <message>
        <source>more general</source>
        <translation>allgemeiner</translation>
    </message>
    <message>
        <source>more concrete</source>
        <translation>konkreter</translation>
    </message>
    <message>
        <source>fewer questions back</source>
        <translation>weniger Rückfragen</translation>
    </message>
    <message>
        <source>more questions back</source>
        <translation>mehr Rückfragen</translation>
    </message>
    <message>
        <source>no liking either way</source>
        <translation>keine Vorliebe</translation>
    </message>
    <message>
        <source>{word}, much</source>
        <translation>viel {word}</translation>
    </message>
    <message>
        <source>{word}, a little</source>
        <translation>etwas {word}</translation>
    </message>
    <message>
        <source>{axis}: no clear leaning between {less} and {more} ({value})</source>
        <translation>{axis}: keine klare Neigung zwischen „{less}“ und „{more}“ ({value})</translation>
    </message>
    <message>
        <source>{axis}: you like {word} ({value})</source>
        <translation>{axis}: du magst es {word} ({value})</translation>
    </message>
</context>
<context>
    <name>LineEditDialog</name>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>MarkdownView</name>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>MessageEditor</name>
    <message>
        <source>Reword your message</source>
        <translation>Nachricht umformulieren</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>The former wording is kept.</source>
        <translation>Die frühere Fassung bleibt erhalten.</translation>
    </message>
</context>
<context>
    <name>ModelAssembly</name>
    <message>
        <source>{name} probably won&apos;t fit. Load it all the same?</source>
        <translation>{name} passt wohl nicht in den Speicher. Trotzdem laden?</translation>
    </message>
    <message>
        <source>{numbers} The computer may become very slow while it tries.</source>
        <translation>{numbers} Der Computer kann bei dem Versuch sehr langsam werden.</translation>
    </message>
    <message>
        <source>Load it</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Delete {name}?</source>
        <translation>{name} löschen?</translation>
    </message>
    <message>
        <source>{size} on the disk become free. It can be fetched again.</source>
        <translation>{size} auf der Festplatte werden frei. Du kannst es erneut herunterladen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>GGUF-Datei wählen</translation>
    </message>
    <message>
        <source>GGUF models (*.gguf)</source>
        <translation>GGUF-Modelle (*.gguf)</translation>
    </message>
</context>
<context>
    <name>ModelController</name>
    <message>
        <source>The former model is being loaded again.</source>
        <translation>Das vorige Modell wird wieder geladen.</translation>
    </message>
    <message>
        <source>The bundled model is used instead.</source>
        <translation>Stattdessen wird das mitgelieferte Modell verwendet.</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} verwenden</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Verwendung</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop loading {name}</source>
        <translation>Laden von {name} stoppen</translation>
    </message>
    <message>
        <source>Settings of {name}</source>
        <translation>Einstellungen von {name}</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Last time it did not load. {sentence}</source>
        <translation>Beim letzten Mal ließ es sich nicht laden. {sentence}</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
    <message>
        <source>In use, resting</source>
        <translation>In Verwendung, ruht</translation>
    </message>
    <message>
        <source>It has given its memory back, and is loaded again with your next message.</source>
        <translation>Es hat seinen Speicher freigegeben und wird mit deiner nächsten Nachricht wieder geladen.</translation>
    </message>
    <message>
        <source>It has been checked, and is among your models.</source>
        <translation>Es wurde geprüft und ist bei deinen Modellen.</translation>
    </message>
    <message>
        <source>Asking the server…</source>
        <translation>Der Server wird gefragt…</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>weniger als eine Minute übrig</translation>
    </message>
    <message>
        <source>always thinks aloud</source>
        <translation>denkt immer laut</translation>
    </message>
    <message>
        <source>about {n} h left</source>
        <translation>noch etwa {n} h</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>about {n} min left</source>
        <translation>noch etwa {n} min</translation>
    </message>
</context>
<context>
    <name>ModelSettingsDialog</name>
    <message>
        <source>Settings of {name}</source>
        <translation>Einstellungen von {name}</translation>
    </message>
    <message>
        <source>As much as fits, up to 4,096 tokens</source>
        <translation>So viel wie passt, bis zu 4.096 Tokens</translation>
    </message>
    <message>
        <source>{n:,} tokens</source>
        <translation>{n:,} Tokens</translation>
    </message>
    <message>
        <source>as for all models</source>
        <translation>wie für alle Modelle</translation>
    </message>
    <message>
        <source>Empty: the one for all models</source>
        <translation>Leer: der für alle Modelle</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Standardwerte</translation>
    </message>
    <message>
        <source>Back to the defaults of this model</source>
        <translation>Zurück zu den Standardwerten dieses Modells</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>What it can read of a conversation. Twice as much takes twice the memory for it.</source>
        <translation>Was es von einer Unterhaltung lesen kann. Doppelt so viel braucht doppelt so viel Speicher dafür.</translation>
    </message>
    <message>
        <source>GPU layers</source>
        <translation>GPU-Schichten</translation>
    </message>
    <message>
        <source>-1 puts as many as fit on the graphics device, 0 none.</source>
        <translation>-1 legt so viele wie möglich auf die Grafikeinheit, 0 keine.</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Higher makes drafts differ more, and err more.</source>
        <translation>Höhere Werte machen Entwürfe verschiedener und fehleranfälliger.</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Repeat penalty</source>
        <translation>Wiederholungsstrafe</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>default ({value:g})</source>
        <translation>Standard ({value:g})</translation>
    </message>
    <message>
        <source>Nothing is known of what its makers advise: Attune&apos;s own defaults are used.</source>
        <translation>Was die Hersteller empfehlen, ist nicht bekannt: Es gelten die Standardwerte von Attune.</translation>
    </message>
    <message>
        <source>Defaults for {family} models: {source}.</source>
        <translation>Standardwerte für {family}-Modelle: {source}.</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Load it again</source>
        <translation>Erneut laden</translation>
    </message>
    <message>
        <source>Looking for models on this machine…</source>
        <translation>Modelle auf diesem Rechner werden gesucht…</translation>
    </message>
    <message>
        <source>Worth fetching for this machine</source>
        <translation>Lohnt sich für diesen Rechner</translation>
    </message>
    <message>
        <source>Add a GGUF file…</source>
        <translation>GGUF-Datei hinzufügen…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Erneut suchen</translation>
    </message>
    <message>
        <source>owner/repository, or the address of a GGUF file</source>
        <translation>Besitzer/Repository oder die Adresse einer GGUF-Datei</translation>
    </message>
    <message>
        <source>A model to fetch: owner/repository, or the address of a GGUF file</source>
        <translation>Modell zum Herunterladen: Besitzer/Repository oder die Adresse einer GGUF-Datei</translation>
    </message>
    <message>
        <source>Fetch</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Fetch the model named in the field</source>
        <translation>Das Modell im Feld herunterladen</translation>
    </message>
    <message>
        <source>Attune connects to {host} only when you press Fetch, and sends nothing that you wrote.</source>
        <translation>Attune verbindet sich nur mit {host}, wenn du „Herunterladen“ drückst, und sendet nichts, was du geschrieben hast.</translation>
    </message>
    <message>
        <source>Give the memory of an idle model back</source>
        <translation>Speicher eines ruhenden Modells freigeben</translation>
    </message>
    <message>
        <source>On this machine</source>
        <translation>Auf diesem Rechner</translation>
    </message>
    <message>
        <source>Models that LM Studio, Ollama, Jan, GPT4All, llama.cpp or the Hugging Face tools keep here are found by themselves and used where they are. Attune never changes or deletes them.</source>
        <translation>Modelle, die LM Studio, Ollama, Jan, GPT4All, llama.cpp oder die Werkzeuge von Hugging Face hier ablegen, werden von selbst gefunden und dort verwendet, wo sie sind. Attune ändert oder löscht sie nie.</translation>
    </message>
    <message>
        <source>Another model</source>
        <translation>Ein anderes Modell</translation>
    </message>
    <message>
        <source>Sizes as of {month}. All are free to use and to pass on.</source>
        <translation>Größen: Stand {month}. Alle darf man frei verwenden und weitergeben.</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
        <source>Another model is being fetched.</source>
        <translation>Ein anderes Modell wird gerade heruntergeladen.</translation>
    </message>
    <message>
        <source>{total} of memory, {free} free</source>
        <translation>{total} Arbeitsspeicher, {free} frei</translation>
    </message>
    <message>
        <source>{name} with {total}, {free} free</source>
        <translation>{name} mit {total}, {free} frei</translation>
    </message>
    <message>
        <source>no graphics device that this build of llama.cpp can use</source>
        <translation>keine Grafikeinheit, die dieser Build von llama.cpp nutzen kann</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Commands, chats, models, personas, profiles</source>
        <translation>Befehle, Chats, Modelle, Personas, Profile</translation>
    </message>
    <message>
        <source>Search commands, chats, models, personas and profiles</source>
        <translation>Befehle, Chats, Modelle, Personas und Profile durchsuchen</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>Was du tun kannst</translation>
    </message>
    <message>
        <source>Nothing has these letters.</source>
        <translation>Nichts enthält diese Buchstaben.</translation>
    </message>
</context>
<context>
    <name>PersonaButton</name>
    <message>
        <source>Persona: {name}</source>
        <translation>Persona: {name}</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Persona of this chat</source>
        <translation>Persona dieses Chats</translation>
    </message>
    <message>
        <source>No persona</source>
        <translation>Keine Persona</translation>
    </message>
    <message>
        <source>The system prompt of the settings</source>
        <translation>Der System-Prompt aus den Einstellungen</translation>
    </message>
    <message>
        <source>Personas…</source>
        <translation>Personas…</translation>
    </message>
</context>
<context>
    <name>PersonasDialog</name>
    <message>
        <source>Personas</source>
        <translation>Personas</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add a persona</source>
        <translation>Persona hinzufügen</translation>
    </message>
    <message>
        <source>Name of the persona</source>
        <translation>Name der Persona</translation>
    </message>
    <message>
        <source>System prompt of the persona</source>
        <translation>System-Prompt der Persona</translation>
    </message>
    <message>
        <source>New chats begin with it</source>
        <translation>Neue Chats beginnen damit</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Delete this persona</source>
        <translation>Diese Persona löschen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save this persona</source>
        <translation>Diese Persona speichern</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>A persona is a system prompt with a name: what the model is told before a chat begins. Choose one in the top bar of a chat.</source>
        <translation>Eine Persona ist ein System-Prompt mit einem Namen: was dem Modell gesagt wird, bevor ein Chat beginnt. Wähle eine in der oberen Leiste eines Chats.</translation>
    </message>
    <message>
        <source>Delete the persona “{name}”?</source>
        <translation>Persona „{name}“ löschen?</translation>
    </message>
    <message>
        <source>Chats that have it stay, and read the system prompt of the settings from then on.</source>
        <translation>Chats mit dieser Persona bleiben und lesen ab dann den System-Prompt aus den Einstellungen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
</context>
<context>
    <name>ProfileButton</name>
    <message>
        <source>Taste profile: {name}</source>
        <translation>Geschmacksprofil: {name}</translation>
    </message>
    <message>
        <source>Profiles…</source>
        <translation>Profile…</translation>
    </message>
</context>
<context>
    <name>ProgressCard</name>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>Schreiben stoppen</translation>
    </message>
</context>
<context>
    <name>QuizCard</name>
    <message>
        <source>Reply {n}</source>
        <translation>Antwort {n}</translation>
    </message>
    <message>
        <source>Reply {n}: {text}</source>
        <translation>Antwort {n}: {text}</translation>
    </message>
</context>
<context>
    <name>QuizEndPage</name>
    <message>
        <source>Start chatting</source>
        <translation>Chat beginnen</translation>
    </message>
    <message>
        <source>See my taste</source>
        <translation>Mein Geschmack</translation>
    </message>
    <message>
        <source>Back to the last question</source>
        <translation>Zurück zur letzten Frage</translation>
    </message>
    <message>
        <source>What it changes</source>
        <translation>Was es ändert</translation>
    </message>
    <message>
        <source>For example: how do I get red wine out of a carpet?</source>
        <translation>Zum Beispiel: Wie bekomme ich Rotwein aus dem Teppich?</translation>
    </message>
    <message>
        <source>Your own prompt</source>
        <translation>Dein eigener Prompt</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>Schreiben</translation>
    </message>
    <message>
        <source>Write drafts and show both picks</source>
        <translation>Entwürfe schreiben und beide Auswahlen zeigen</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Stopp</translation>
    </message>
    <message>
        <source>Try it on your own prompt</source>
        <translation>Probier es mit deinem eigenen Prompt</translation>
    </message>
    <message>
        <source>What was learned</source>
        <translation>Was gelernt wurde</translation>
    </message>
    <message>
        <source>No strong leaning of your own so far</source>
        <translation>Bisher keine starke eigene Vorliebe</translation>
    </message>
    <message>
        <source>You seem to like</source>
        <translation>Du magst es offenbar</translation>
    </message>
    <message>
        <source>From {n} answers.</source>
        <translation>Aus {n} Antworten.</translation>
    </message>
    <message>
        <source>From 1 answer.</source>
        <translation>Aus 1 Antwort.</translation>
    </message>
    <message>
        <source>The quiz ended early, since further questions would have told little.</source>
        <translation>Das Quiz endete früher, weil weitere Fragen wenig verraten hätten.</translation>
    </message>
    <message>
        <source>Beyond that, Attune goes by what most people like: {words}.</source>
        <translation>Darüber hinaus richtet sich Attune danach, was die meisten mögen: {words}.</translation>
    </message>
    <message>
        <source>So far your answers are much like most people&apos;s. Attune goes by theirs: {words}.</source>
        <translation>Bisher sind deine Antworten denen der meisten sehr ähnlich. Attune richtet sich nach diesen: {words}.</translation>
    </message>
    <message>
        <source>It is a start: your thumbs in the chat refine it, and you can always see it and take back what it rests on.</source>
        <translation>Das ist ein Anfang: Deine Daumen im Chat verfeinern es, und du kannst es jederzeit ansehen und zurücknehmen, worauf es beruht.</translation>
    </message>
    <message>
        <source>You and most people</source>
        <translation>Du und die meisten</translation>
    </message>
    <message>
        <source>On all {n} questions that Attune tried, it would choose the same reply for you as for most people: what it knows of you so far makes no difference. This is one of them, with the reply chosen.</source>
        <translation>Bei allen {n} Fragen, die Attune ausprobiert hat, würde es für dich dieselbe Antwort wählen wie für die meisten: Was es bisher von dir weiß, macht keinen Unterschied. Hier ist eine davon mit der gewählten Antwort.</translation>
    </message>
    <message>
        <source>What most people like</source>
        <translation>Was die meisten mögen</translation>
    </message>
    <message>
        <source>For you</source>
        <translation>Für dich</translation>
    </message>
    <message>
        <source>Both replies are from Attune&apos;s own collection, to a question that the quiz did not ask you. Of {n} such questions, it would choose differently for you in {k}; this is the one where it matters most. A language model wrote the replies and played the people whom “most people” means.</source>
        <translation>Beide Antworten stammen aus Attunes eigener Sammlung, zu einer Frage, die dir das Quiz nicht gestellt hat. Von {n} solchen Fragen würde es bei {k} für dich anders wählen; bei dieser hier macht es am meisten aus. Ein Sprachmodell hat die Antworten geschrieben und die Menschen gespielt, die mit „die meisten“ gemeint sind.</translation>
    </message>
    <message>
        <source>Of these drafts, you and most people would like the same one best.</source>
        <translation>Von diesen Entwürfen würde dir und den meisten derselbe am besten gefallen.</translation>
    </message>
    <message>
        <source>The model wrote these just now. How much they differ depends on the model.</source>
        <translation>Das Modell hat sie gerade eben geschrieben. Wie sehr sie sich unterscheiden, hängt vom Modell ab.</translation>
    </message>
</context>
<context>
    <name>QuizPage</name>
    <message>
        <source>Quiz: press 1 or 2 to choose a reply</source>
        <translation>Quiz: Drück 1 oder 2, um eine Antwort zu wählen</translation>
    </message>
    <message>
        <source>Which reply would you rather get?</source>
        <translation>Welche Antwort wäre dir lieber?</translation>
    </message>
    <message>
        <source>No preference</source>
        <translation>Unentschieden</translation>
    </message>
    <message>
        <source>Both are bad</source>
        <translation>Beide schlecht</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Backspace or Ctrl+Z: take the last answer back</source>
        <translation>Rücktaste oder Strg+Z: letzte Antwort zurücknehmen</translation>
    </message>
    <message>
        <source>Go on later</source>
        <translation>Später weiter</translation>
    </message>
    <message>
        <source>L: your answers are kept, and the quiz waits in the sidebar</source>
        <translation>L: Deine Antworten bleiben, und das Quiz wartet in der Seitenleiste</translation>
    </message>
    <message>
        <source>Skip the rest</source>
        <translation>Rest überspringen</translation>
    </message>
    <message>
        <source>S or Esc</source>
        <translation>S oder Esc</translation>
    </message>
    <message>
        <source>Question {n} of up to {m}</source>
        <translation>Frage {n} von bis zu {m}</translation>
    </message>
    <message>
        <source>{number} · for “{name}”</source>
        <translation>{number} · für „{name}“</translation>
    </message>
    <message>
        <source>How sure Attune is of your taste: {n}%</source>
        <translation>Wie sicher sich Attune bei deinem Geschmack ist: {n} %</translation>
    </message>
    <message>
        <source>Sure of your taste: {n}%</source>
        <translation>Sicherheit beim Geschmack: {n} %</translation>
    </message>
</context>
<context>
    <name>RatingController</name>
    <message>
        <source>Noted as wrong. That is no matter of taste, so your style stays as it was.</source>
        <translation>Als falsch notiert. Das ist keine Frage des Geschmacks, dein Stil bleibt also, wie er war.</translation>
    </message>
    <message>
        <source>This one is the reply now. Nothing is learned from a temporary chat.</source>
        <translation>Das ist jetzt die Antwort. Aus einem temporären Chat wird nichts gelernt.</translation>
    </message>
    <message>
        <source>This one is the reply now.</source>
        <translation>Das ist jetzt die Antwort.</translation>
    </message>
    <message>
        <source>This one is the reply now. Learning is paused, so nothing was learned from it.</source>
        <translation>Das ist jetzt die Antwort. Das Lernen ist pausiert, deshalb wurde nichts daraus gelernt.</translation>
    </message>
    <message>
        <source>There is no other draft to compare this one with.</source>
        <translation>Es gibt keinen anderen Entwurf zum Vergleichen.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Zurückgenommen.</translation>
    </message>
    <message>
        <source>Taken back: the thumb up before it counts again.</source>
        <translation>Zurückgenommen: Der vorige Daumen hoch zählt wieder.</translation>
    </message>
    <message>
        <source>Taken back: the thumb down before it counts again.</source>
        <translation>Zurückgenommen: Der vorige Daumen runter zählt wieder.</translation>
    </message>
    <message>
        <source>Learning is paused for this taste, so your rating is not kept.</source>
        <translation>Das Lernen ist für diesen Geschmack pausiert, deshalb wird deine Bewertung nicht gespeichert.</translation>
    </message>
    <message>
        <source>Noted</source>
        <translation>Notiert</translation>
    </message>
    <message>
        <source>Noted for “{name}”</source>
        <translation>Notiert für „{name}“</translation>
    </message>
    <message>
        <source>{noted}. It changes nothing visible yet.</source>
        <translation>{noted}. Es ändert noch nichts Sichtbares.</translation>
    </message>
    <message>
        <source>{noted}: {change} from now on.</source>
        <translation>{noted}: ab jetzt {change}.</translation>
    </message>
</context>
<context>
    <name>ReasonRow</name>
    <message>
        <source>Why the thumb down: {reason}</source>
        <translation>Grund für den Daumen runter: {reason}</translation>
    </message>
    <message>
        <source>The content is wrong. That is no matter of taste: style stays as it was.</source>
        <translation>Der Inhalt ist falsch. Das ist keine Frage des Geschmacks: Der Stil bleibt, wie er war.</translation>
    </message>
    <message>
        <source>What was off?</source>
        <translation>Was hat nicht gepasst?</translation>
    </message>
</context>
<context>
    <name>Reasons</name>
    <message>
        <source>too long</source>
        <translation>zu lang</translation>
    </message>
    <message>
        <source>too short</source>
        <translation>zu kurz</translation>
    </message>
    <message>
        <source>tone</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>falsch</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
</context>
<context>
    <name>RecommendationRow</name>
    <message>
        <source>Fetch</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Fetch {name}</source>
        <translation>{name} herunterladen</translation>
    </message>
    <message>
        <source>Here already</source>
        <translation>Schon da</translation>
    </message>
    <message>
        <source>about {gb:.1f} GB</source>
        <translation>etwa {gb:.1f} GB</translation>
    </message>
    <message>
        <source>reads up to {n:,} tokens</source>
        <translation>liest bis zu {n:,} Tokens</translation>
    </message>
    <message>
        <source>can think aloud</source>
        <translation>kann laut denken</translation>
    </message>
</context>
<context>
    <name>ReplyCommands</name>
    <message>
        <source>The last reply</source>
        <translation>Die letzte Antwort</translation>
    </message>
    <message>
        <source>Good reply</source>
        <translation>Gute Antwort</translation>
    </message>
    <message>
        <source>Bad reply</source>
        <translation>Schlechte Antwort</translation>
    </message>
    <message>
        <source>Previous draft</source>
        <translation>Voriger Entwurf</translation>
    </message>
    <message>
        <source>Next draft</source>
        <translation>Nächster Entwurf</translation>
    </message>
    <message>
        <source>I prefer this draft</source>
        <translation>Diesen Entwurf ziehe ich vor</translation>
    </message>
    <message>
        <source>Why this one?</source>
        <translation>Warum dieser?</translation>
    </message>
    <message>
        <source>Copy reply</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Actions on this reply</source>
        <translation>Aktionen für diese Antwort</translation>
    </message>
</context>
<context>
    <name>ReplyMessage</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Continue this reply</source>
        <translation>Diese Antwort fortsetzen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo this rating</source>
        <translation>Diese Bewertung rückgängig machen</translation>
    </message>
    <message>
        <source>Write another reply</source>
        <translation>Weitere Antwort schreiben</translation>
    </message>
    <message>
        <source>Answer again, plainly</source>
        <translation>Noch einmal schlicht antworten</translation>
    </message>
    <message>
        <source>As most people would like it, whatever your taste</source>
        <translation>Wie es den meisten gefallen würde, unabhängig von deinem Geschmack</translation>
    </message>
    <message>
        <source>Delete from here on</source>
        <translation>Ab hier löschen</translation>
    </message>
    <message>
        <source>Interrupted: this is what was written so far.</source>
        <translation>Unterbrochen: Das wurde bis dahin geschrieben.</translation>
    </message>
    <message>
        <source>Stopped by you.</source>
        <translation>Von dir gestoppt.</translation>
    </message>
    <message>
        <source>Cut at the longest reply that the settings allow.</source>
        <translation>Abgeschnitten bei der längsten Antwort, die die Einstellungen erlauben.</translation>
    </message>
    <message>
        <source>Cut: the conversation fills what this model can read.</source>
        <translation>Abgeschnitten: Die Unterhaltung füllt, was dieses Modell lesen kann.</translation>
    </message>
</context>
<context>
    <name>ReplyStatistics</name>
    <message>
        <source>Written at {n} tokens a second, all drafts together.</source>
        <translation>Mit {n} Tokens pro Sekunde geschrieben, alle Entwürfe zusammen.</translation>
    </message>
    <message>
        <source>Written at {n} tokens a second.</source>
        <translation>Mit {n} Tokens pro Sekunde geschrieben.</translation>
    </message>
    <message>
        <source>{n} tokens</source>
        <translation>{n} Tokens</translation>
    </message>
    <message>
        <source>{s} s</source>
        <translation>{s} s</translation>
    </message>
    <message>
        <source>{n} tokens by {model}.</source>
        <translation>{n} Tokens von {model}.</translation>
    </message>
    <message>
        <source>{total} s: reading {prefill} s, writing {decode} s, choosing {score} s.</source>
        <translation>{total} s: Lesen {prefill} s, Schreiben {decode} s, Auswählen {score} s.</translation>
    </message>
    <message>
        <source>Of {n} tokens read, {m} were known from before.</source>
        <translation>Von {n} gelesenen Tokens waren {m} schon bekannt.</translation>
    </message>
    <message>
        <source>{n} tokens/s</source>
        <translation>{n} Tokens/s</translation>
    </message>
    <message>
        <source>{n} drafts</source>
        <translation>{n} Entwürfe</translation>
    </message>
    <message>
        <source>{n} tokens; {all} in {drafts} drafts by {model}.</source>
        <translation>{n} Tokens; {all} in {drafts} Entwürfen von {model}.</translation>
    </message>
    <message>
        <source>{n} of them were given up on the way, after {m} tokens together.</source>
        <translation>{n} davon wurden unterwegs aufgegeben, nach zusammen {m} Tokens.</translation>
    </message>
</context>
<context>
    <name>ReplyWriter</name>
    <message>
        <source>Reading your message…</source>
        <translation>Deine Nachricht wird gelesen…</translation>
    </message>
    <message>
        <source>Waiting for the model to load… {n}%</source>
        <translation>Das Modell wird noch geladen… {n} %</translation>
    </message>
    <message>
        <source>Reading your message… {n}%</source>
        <translation>Deine Nachricht wird gelesen… {n} %</translation>
    </message>
    <message>
        <source>The model is thinking before it answers…</source>
        <translation>Das Modell denkt nach, bevor es antwortet…</translation>
    </message>
    <message>
        <source>Writing {n} drafts</source>
        <translation>{n} Entwürfe werden geschrieben</translation>
    </message>
    <message>
        <source>Writing 1 draft</source>
        <translation>1 Entwurf wird geschrieben</translation>
    </message>
    <message>
        <source> · {n} dropped early</source>
        <translation> · {n} früh aufgegeben</translation>
    </message>
    <message>
        <source> · about {s} s</source>
        <translation> · etwa {s} s</translation>
    </message>
    <message>
        <source> · fewer on battery</source>
        <translation> · weniger im Akkubetrieb</translation>
    </message>
    <message>
        <source> · fewer, since this machine is busy</source>
        <translation> · weniger, da dieser Rechner ausgelastet ist</translation>
    </message>
    <message>
        <source>Choosing the one you would like best…</source>
        <translation>Der für dich beste wird ausgewählt…</translation>
    </message>
</context>
<context>
    <name>ScrollingPage</name>
    <message>
        <source>Show or hide the sidebar (Ctrl+B)</source>
        <translation>Seitenleiste ein- oder ausblenden (Strg+B)</translation>
    </message>
</context>
<context>
    <name>SelfTest</name>
    <message>
        <source>You would choose Attune&apos;s pick in {low} to {high} of such cases (95 % interval; 50 % is no gain).</source>
        <translation>Du würdest Attunes Auswahl in {low} bis {high} solcher Fälle wählen (95-%-Intervall; 50 % ist kein Gewinn).</translation>
    </message>
    <message>
        <source>Nothing to tell from</source>
        <translation>Keine Aussage möglich</translation>
    </message>
    <message>
        <source>Hardly chance: somebody who only guesses gets so clear a result in {percent} of such tests.</source>
        <translation>Kaum Zufall: Wer nur rät, bekommt ein so klares Ergebnis in {percent} solcher Tests.</translation>
    </message>
    <message>
        <source>Of {n} choices, {k} or more one way would be needed to say more.</source>
        <translation>Um mehr zu sagen, müssten von {n} Wahlen {k} oder mehr in eine Richtung gehen.</translation>
    </message>
    <message>
        <source>less than 1 %</source>
        <translation>weniger als 1 %</translation>
    </message>
    <message>
        <source>You chose Attune&apos;s pick in {k} of {n}</source>
        <translation>Du hast Attunes Auswahl in {k} von {n} Fällen gewählt</translation>
    </message>
    <message>
        <source>In no round did you choose one of two different replies.</source>
        <translation>In keiner Runde hast du eine von zwei verschiedenen Antworten gewählt.</translation>
    </message>
    <message>
        <source>Attune&apos;s picks are worse for you than its first drafts: somebody who only guesses gets so clear a result in {percent} of such tests. Retake the quiz, or look at what Attune believes of you.</source>
        <translation>Attunes Auswahl ist für dich schlechter als seine ersten Entwürfe: Wer nur rät, bekommt ein so klares Ergebnis in {percent} solcher Tests. Wiederhole das Quiz oder sieh nach, was Attune von dir glaubt.</translation>
    </message>
    <message>
        <source>{when}: Attune&apos;s pick {k} of {n}</source>
        <translation>{when}: Attunes Auswahl {k} von {n}</translation>
    </message>
    <message>
        <source>could be chance</source>
        <translation>könnte Zufall sein</translation>
    </message>
    <message>
        <source>learned from afterwards</source>
        <translation>danach daraus gelernt</translation>
    </message>
    <message>
        <source>That is just what guessing would give.</source>
        <translation>Genau das ergäbe auch Raten.</translation>
    </message>
    <message>
        <source>That could be chance: somebody who only guesses gets so clear a result in {percent} of tests.</source>
        <translation>Das könnte Zufall sein: Wer nur rät, bekommt ein so klares Ergebnis in {percent} der Tests.</translation>
    </message>
    <message>
        <source>{when}: given up after {n} rounds</source>
        <translation>{when}: nach {n} Runden aufgegeben</translation>
    </message>
    <message>
        <source>Rounds without preference, left out: {n}.</source>
        <translation>Unentschiedene Runden, nicht mitgezählt: {n}.</translation>
    </message>
    <message>
        <source>Rounds in which Attune&apos;s pick was the first draft itself, so that there was nothing to choose: {n}. They are not counted either way.</source>
        <translation>Runden, in denen Attunes Auswahl der erste Entwurf selbst war, sodass es nichts zu wählen gab: {n}. Sie zählen weder dafür noch dagegen.</translation>
    </message>
    <message>
        <source>There were no prompts left for all {n} rounds: fewer rounds tell less.</source>
        <translation>Für alle {n} Runden waren nicht genug Prompts da: Weniger Runden sagen weniger aus.</translation>
    </message>
</context>
<context>
    <name>SelfTestController</name>
    <message>
        <source>Stopped.</source>
        <translation>Gestoppt.</translation>
    </message>
</context>
<context>
    <name>SelfTestPage</name>
    <message>
        <source>Blind self-test: press 1 or 2 to choose a reply</source>
        <translation>Blindtest: Drück 1 oder 2, um eine Antwort zu wählen</translation>
    </message>
    <message>
        <source>Prompts to ask besides, one a line</source>
        <translation>Weitere Prompts, einer pro Zeile</translation>
    </message>
    <message>
        <source>One prompt a line</source>
        <translation>Ein Prompt pro Zeile</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Nicht jetzt</translation>
    </message>
    <message>
        <source>Blind self-test</source>
        <translation>Blindtest</translation>
    </message>
    <message>
        <source>Does Attune choose better for you than chance? You get {n} rounds. Each asks one of your own earlier prompts again, drawn at random, and shows two new replies: the first draft that the model wrote, and the one of {drafts} drafts that Attune picks for you. You are not told which is which, and the sides are drawn anew each time. Choose the reply that you would rather get.</source>
        <translation>Wählt Attune für dich besser als der Zufall? Du bekommst {n} Runden. Jede stellt einen deiner früheren Prompts noch einmal, zufällig gezogen, und zeigt zwei neue Antworten: den ersten Entwurf, den das Modell geschrieben hat, und den von {drafts} Entwürfen, den Attune für dich auswählt. Du erfährst nicht, welcher welcher ist, und die Seiten werden jedes Mal neu ausgelost. Wähle die Antwort, die dir lieber wäre.</translation>
    </message>
    <message>
        <source>Where Attune&apos;s pick is the first draft itself, there is nothing to choose: such a round is counted apart, for neither side, and another prompt is drawn. How you are doing is not shown before the end, so that nobody stops when it looks good. The picks count general quality too, so this is about all that choosing does. Nothing is learned unless you say so afterwards.</source>
        <translation>Ist Attunes Auswahl der erste Entwurf selbst, gibt es nichts zu wählen: Eine solche Runde wird gesondert gezählt, für keine der beiden Seiten, und ein anderer Prompt wird gezogen. Der Zwischenstand wird nicht gezeigt, damit niemand aufhört, wenn es gut aussieht. Die Auswahl berücksichtigt auch die allgemeine Qualität, es geht hier also um alles, was das Auswählen bewirkt. Gelernt wird nichts, außer du verlangst es hinterher.</translation>
    </message>
    <message>
        <source>No preference</source>
        <translation>Unentschieden</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Go on later</source>
        <translation>Später weiter</translation>
    </message>
    <message>
        <source>Esc: the test waits on the taste page</source>
        <translation>Esc: Der Test wartet auf der Geschmacksseite</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Aufgeben</translation>
    </message>
    <message>
        <source>Ends the test for good, without a result</source>
        <translation>Beendet den Test endgültig, ohne Ergebnis</translation>
    </message>
    <message>
        <source>Learn from these choices</source>
        <translation>Aus diesen Wahlen lernen</translation>
    </message>
    <message>
        <source>Back to my taste</source>
        <translation>Zurück zu meinem Geschmack</translation>
    </message>
    <message>
        <source>The verdict</source>
        <translation>Das Ergebnis</translation>
    </message>
    <message>
        <source>Prompts that your chats began with: {n}.</source>
        <translation>Prompts, mit denen deine Chats begannen: {n}.</translation>
    </message>
    <message>
        <source>No model is loaded yet, so nothing could be written.</source>
        <translation>Es ist noch kein Modell geladen, deshalb konnte nichts geschrieben werden.</translation>
    </message>
    <message>
        <source>For {all} rounds at least {n} more are needed. Type in what you would ask.</source>
        <translation>Für {all} Runden werden noch mindestens {n} gebraucht. Gib ein, was du fragen würdest.</translation>
    </message>
    <message>
        <source>You can add more: those that are left over stand in for rounds without a choice.</source>
        <translation>Du kannst weitere hinzufügen: Die übrigen springen für Runden ein, in denen es nichts zu wählen gibt.</translation>
    </message>
    <message>
        <source>The model is writing…</source>
        <translation>Das Modell schreibt…</translation>
    </message>
    <message>
        <source>Which reply would you rather get?</source>
        <translation>Welche Antwort wäre dir lieber?</translation>
    </message>
    <message>
        <source>Round {n} of {all}</source>
        <translation>Runde {n} von {all}</translation>
    </message>
    <message>
        <source>Usually better not: this result is about your taste as it was learned before, and choices that Attune has learned from can&apos;t show any more how well it does without them. Do it if you judged by style, and want Attune to know.</source>
        <translation>Meist besser nicht: Dieses Ergebnis gilt für deinen Geschmack, wie er vorher gelernt war, und Wahlen, aus denen Attune gelernt hat, können nicht mehr zeigen, wie gut es ohne sie ist. Tu es, wenn du nach dem Stil geurteilt hast und Attune das wissen soll.</translation>
    </message>
    <message>
        <source>Learned. Each choice stands in the list on the taste page, with its undo.</source>
        <translation>Gelernt. Jede Wahl steht in der Liste auf der Geschmacksseite und lässt sich dort rückgängig machen.</translation>
    </message>
</context>
<context>
    <name>SentenceRow</name>
    <message>
        <source>Change: {sentence}</source>
        <translation>Ändern: {sentence}</translation>
    </message>
    <message>
        <source>Remove: {sentence}</source>
        <translation>Entfernen: {sentence}</translation>
    </message>
    <message>
        <source>Yes, that&apos;s right</source>
        <translation>Ja, das stimmt</translation>
    </message>
    <message>
        <source>Yes, but not so much</source>
        <translation>Ja, aber nicht so sehr</translation>
    </message>
    <message>
        <source>The other way round</source>
        <translation>Genau umgekehrt</translation>
    </message>
    <message>
        <source>No, I don&apos;t mind either way</source>
        <translation>Nein, mir ist beides recht</translation>
    </message>
    <message>
        <source>you said so</source>
        <translation>hast du gesagt</translation>
    </message>
    <message>
        <source>from your answers</source>
        <translation>aus deinen Antworten</translation>
    </message>
    <message>
        <source>assumed, as of most people</source>
        <translation>angenommen, wie von den meisten</translation>
    </message>
</context>
<context>
    <name>Sentences</name>
    <message>
        <source>You like short answers.</source>
        <translation>Du magst kurze Antworten.</translation>
    </message>
    <message>
        <source>You like long, full answers.</source>
        <translation>Du magst lange, ausführliche Antworten.</translation>
    </message>
    <message>
        <source>You like plain prose and don&apos;t care for lists.</source>
        <translation>Du magst Fließtext und kannst auf Listen verzichten.</translation>
    </message>
    <message>
        <source>You like lists and headings.</source>
        <translation>Du magst Listen und Überschriften.</translation>
    </message>
    <message>
        <source>You like a casual tone.</source>
        <translation>Du magst einen lockeren Ton.</translation>
    </message>
    <message>
        <source>You like formal language.</source>
        <translation>Du magst förmliche Sprache.</translation>
    </message>
    <message>
        <source>You like it matter-of-fact.</source>
        <translation>Du magst es sachlich.</translation>
    </message>
    <message>
        <source>You like a warm tone.</source>
        <translation>Du magst einen herzlichen Ton.</translation>
    </message>
    <message>
        <source>You like a calm tone.</source>
        <translation>Du magst einen ruhigen Ton.</translation>
    </message>
    <message>
        <source>You like it lively.</source>
        <translation>Du magst es lebhaft.</translation>
    </message>
    <message>
        <source>You like it serious.</source>
        <translation>Du magst es ernst.</translation>
    </message>
    <message>
        <source>You like some humour.</source>
        <translation>Du magst etwas Humor.</translation>
    </message>
    <message>
        <source>You want to hear what is uncertain.</source>
        <translation>Du willst hören, was unsicher ist.</translation>
    </message>
    <message>
        <source>You like a decided answer.</source>
        <translation>Du magst eine entschiedene Antwort.</translation>
    </message>
    <message>
        <source>You don&apos;t need the background.</source>
        <translation>Du brauchst keine Hintergründe.</translation>
    </message>
    <message>
        <source>You like thorough answers.</source>
        <translation>Du magst gründliche Antworten.</translation>
    </message>
    <message>
        <source>You like everyday words.</source>
        <translation>Du magst Alltagswörter.</translation>
    </message>
    <message>
        <source>You like the technical terms.</source>
        <translation>Du magst die Fachbegriffe.</translation>
    </message>
    <message>
        <source>You like the general idea better than examples.</source>
        <translation>Dir ist der Grundgedanke lieber als Beispiele.</translation>
    </message>
    <message>
        <source>You like concrete details.</source>
        <translation>Du magst konkrete Einzelheiten.</translation>
    </message>
    <message>
        <source>You don&apos;t like questions back.</source>
        <translation>Du magst keine Rückfragen.</translation>
    </message>
    <message>
        <source>You like to be asked something back.</source>
        <translation>Du wirst gern etwas zurückgefragt.</translation>
    </message>
</context>
<context>
    <name>SentencesSection</name>
    <message>
        <source>Nothing yet that is sure enough to say.</source>
        <translation>Noch nichts, was sicher genug wäre.</translation>
    </message>
    <message>
        <source>Add a taste…</source>
        <translation>Vorliebe hinzufügen …</translation>
    </message>
    <message>
        <source>What Attune asks a model for, in part of its drafts, comes from here. What you say counts for much and can be undone below.</source>
        <translation>Worum Attune ein Modell in einem Teil der Entwürfe bittet, kommt von hier. Was du sagst, zählt viel und lässt sich unten rückgängig machen.</translation>
    </message>
</context>
<context>
    <name>ServerAssembly</name>
    <message>
        <source>Sent to {host}</source>
        <translation>Geht an {host}</translation>
    </message>
</context>
<context>
    <name>ServerController</name>
    <message>
        <source>This system has no keyring that Attune can use, so the key is kept until you close Attune and written nowhere. Enter it again next time.</source>
        <translation>Dieses System hat keinen Schlüsselbund, den Attune nutzen kann. Der Schlüssel bleibt deshalb nur, bis du Attune schließt, und wird nirgends gespeichert. Gib ihn beim nächsten Mal wieder ein.</translation>
    </message>
</context>
<context>
    <name>ServerRow</name>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>{name} verwenden</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Forget {name}</source>
        <translation>{name} vergessen</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Wird verbunden…</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Verwendung</translation>
    </message>
</context>
<context>
    <name>ServersSection</name>
    <message>
        <source>localhost:8080, or https://host/v1</source>
        <translation>localhost:8080 oder https://host/v1</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>Adresse des Servers</translation>
    </message>
    <message>
        <source>key, if it asks for one</source>
        <translation>Schlüssel, falls er einen verlangt</translation>
    </message>
    <message>
        <source>Key of the server, if it asks for one</source>
        <translation>Schlüssel des Servers, falls er einen verlangt</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Model of the server</source>
        <translation>Modell des Servers</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>Servers</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>llama-server, vLLM, Ollama or any other server that speaks OpenAI&apos;s API can write the drafts. They are scored and chosen here, by your taste, which is never sent.</source>
        <translation>llama-server, vLLM, Ollama oder jeder andere Server, der die API von OpenAI spricht, kann die Entwürfe schreiben. Bewertet und ausgewählt werden sie hier, nach deinem Geschmack, der nie gesendet wird.</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Wird verbunden…</translation>
    </message>
    <message>
        <source>Messages leave this machine: each is sent to {host} with what came before it, and without encryption, so others on the network can read them and the key.</source>
        <translation>Nachrichten verlassen diesen Rechner: Jede wird mit allem, was vor ihr kam, unverschlüsselt an {host} gesendet. Andere im Netzwerk können sie und den Schlüssel also lesen.</translation>
    </message>
    <message>
        <source>{host} is on this machine. Messages stay here unless that program passes them on.</source>
        <translation>{host} ist auf diesem Rechner. Nachrichten bleiben hier, sofern das Programm sie nicht weitergibt.</translation>
    </message>
    <message>
        <source>Messages leave this machine: each is sent to {host} with what came before it.</source>
        <translation>Nachrichten verlassen diesen Rechner: Jede wird mit allem, was vor ihr kam, an {host} gesendet.</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Bring back the default: {name}</source>
        <translation>Standardwert zurückholen: {name}</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Replies</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Steering</source>
        <translation>Lenkung</translation>
    </message>
    <message>
        <source>Instructions</source>
        <translation>Anweisungen</translation>
    </message>
    <message>
        <source>Look and language</source>
        <translation>Aussehen und Sprache</translation>
    </message>
    <message>
        <source>Keys and window</source>
        <translation>Tasten und Fenster</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>Einstellungen durchsuchen</translation>
    </message>
    <message>
        <source>Sections</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>Keine Einstellung enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Personas…</source>
        <translation>Personas…</translation>
    </message>
    <message>
        <source>Defaults</source>
        <translation>Standardwerte</translation>
    </message>
    <message>
        <source>Bring back all defaults</source>
        <translation>Alle Standardwerte zurückholen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>Modus</translation>
    </message>
    <message>
        <source>What new replies are. It can be changed below every message that you write.</source>
        <translation>Was neue Antworten sind. Du kannst es unter jeder Nachricht ändern, die du schreibst.</translation>
    </message>
    <message>
        <source>Personal: drafts, and the one you would like</source>
        <translation>Persönlich: Entwürfe und der, der dir gefallen dürfte</translation>
    </message>
    <message>
        <source>Instant: one draft, as it is written</source>
        <translation>Sofort: ein Entwurf, während er entsteht</translation>
    </message>
    <message>
        <source>Reply time</source>
        <translation>Antwortzeit</translation>
    </message>
    <message>
        <source>In personal mode, about: as many drafts are written as this machine can in that time.</source>
        <translation>Ungefähr, im persönlichen Modus: So viele Entwürfe werden geschrieben, wie dieser Rechner in der Zeit schafft.</translation>
    </message>
    <message>
        <source> seconds</source>
        <translation> Sekunden</translation>
    </message>
    <message>
        <source>Most drafts</source>
        <translation>Entwürfe höchstens</translation>
    </message>
    <message>
        <source>More drafts suit you better and take longer.</source>
        <translation>Mehr Entwürfe treffen deinen Geschmack besser und dauern länger.</translation>
    </message>
    <message>
        <source>Finish every draft</source>
        <translation>Jeden Entwurf zu Ende schreiben</translation>
    </message>
    <message>
        <source>Otherwise drafts that you would like least, going by how they begin, are given up on the way: replies come sooner, and there are fewer drafts to leaf through.</source>
        <translation>Sonst werden Entwürfe, die dir nach ihrem Anfang am wenigsten gefallen würden, unterwegs aufgegeben: Antworten kommen früher, und es gibt weniger Entwürfe zum Durchblättern.</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>A token is about three quarters of a word.</source>
        <translation>Ein Token ist etwa drei Viertel eines Wortes.</translation>
    </message>
    <message>
        <source> tokens</source>
        <translation> Tokens</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>Higher makes drafts differ more, and err more.</source>
        <translation>Höhere Werte machen Entwürfe verschiedener und fehleranfälliger.</translation>
    </message>
    <message>
        <source>what suits the model</source>
        <translation>was zum Modell passt</translation>
    </message>
    <message>
        <source>Ask the model for what I seem to like</source>
        <translation>Das Modell um das bitten, was ich zu mögen scheine</translation>
    </message>
    <message>
        <source>In part of the drafts, and only where the model heeds it. The taste page says what it is.</source>
        <translation>In einem Teil der Entwürfe, und nur wo das Modell darauf hört. Was es ist, steht auf der Geschmacksseite.</translation>
    </message>
    <message>
        <source>Show the model my own choices</source>
        <translation>Dem Modell meine eigenen Entscheidungen zeigen</translation>
    </message>
    <message>
        <source>Two of your clearest quiz answers, in part of the drafts, where the model gains by it.</source>
        <translation>Zwei deiner klarsten Quizantworten, in einem Teil der Entwürfe, wo das Modell davon profitiert.</translation>
    </message>
    <message>
        <source>Explore</source>
        <translation>Erkunden</translation>
    </message>
    <message>
        <source>One of eight or more drafts tries something of which Attune doesn&apos;t know how you like it.</source>
        <translation>Einer von acht oder mehr Entwürfen probiert etwas, von dem Attune noch nicht weiß, wie du es findest.</translation>
    </message>
    <message>
        <source>Try new models out by themselves</source>
        <translation>Neue Modelle von selbst erproben</translation>
    </message>
    <message>
        <source>How a model follows wishes about style must be measured once. It takes minutes of the whole processor; your messages go first. Without it, the models page has a button.</source>
        <translation>Wie ein Modell Wünschen zum Stil folgt, muss einmal gemessen werden. Das beschäftigt den ganzen Prozessor einige Minuten; deine Nachrichten gehen vor. Sonst gibt es dafür einen Knopf auf der Modellseite.</translation>
    </message>
    <message>
        <source>No persona</source>
        <translation>Keine Persona</translation>
    </message>
    <message>
        <source>Persona of new chats</source>
        <translation>Persona neuer Chats</translation>
    </message>
    <message>
        <source>A persona is a system prompt with a name. Each chat can have another one.</source>
        <translation>Eine Persona ist ein System-Prompt mit einem Namen. Jeder Chat kann eine andere haben.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>System-Prompt</translation>
    </message>
    <message>
        <source>Read before every chat that has no persona.</source>
        <translation>Wird vor jedem Chat gelesen, der keine Persona hat.</translation>
    </message>
    <message>
        <source>For instance: You are a helpful assistant.</source>
        <translation>Zum Beispiel: Du bist ein hilfreicher Assistent.</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Those of the system change with it, also while Attune is open.</source>
        <translation>Die des Systems ändern sich mit ihm, auch während Attune offen ist.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>Textgröße</translation>
    </message>
    <message>
        <source>Of the system&apos;s text size.</source>
        <translation>Im Verhältnis zur Textgröße des Systems.</translation>
    </message>
    <message>
        <source> %</source>
        <translation> %</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Of the window, from the next start on. What the model writes follows what you write.</source>
        <translation>Die des Fensters, ab dem nächsten Start. Was das Modell schreibt, richtet sich nach dem, was du schreibst.</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>Senden mit</translation>
    </message>
    <message>
        <source>Shift+Enter is always a new line.</source>
        <translation>Umschalt+Eingabe ist immer eine neue Zeile.</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Eingabe</translation>
    </message>
    <message>
        <source>Ctrl+Enter; Enter is a new line</source>
        <translation>Strg+Eingabe; Eingabe ist eine neue Zeile</translation>
    </message>
    <message>
        <source>Closing the window leaves Attune in the tray</source>
        <translation>Beim Schließen bleibt Attune im Infobereich</translation>
    </message>
    <message>
        <source>The model stays loaded. Quit from the menu of the tray, or with Ctrl+Q.</source>
        <translation>Das Modell bleibt geladen. Beende Attune über das Menü im Infobereich oder mit Strg+Q.</translation>
    </message>
    <message>
        <source>Start minimised</source>
        <translation>Minimiert starten</translation>
    </message>
    <message>
        <source>In the tray where closing leaves Attune there, else as a minimised window.</source>
        <translation>Im Infobereich, wenn Attune beim Schließen dort bleibt, sonst als minimiertes Fenster.</translation>
    </message>
    <message>
        <source>GPU layers</source>
        <translation>GPU-Schichten</translation>
    </message>
    <message>
        <source>How much of the model a graphics card holds; 0 keeps everything on the processor.</source>
        <translation>Wie viel vom Modell eine Grafikkarte hält; 0 lässt alles auf dem Prozessor.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
</context>
<context>
    <name>ShellAssembly</name>
    <message>
        <source>Chats</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New temporary chat</source>
        <translation>Neuer temporärer Chat</translation>
    </message>
    <message>
        <source>Search all chats</source>
        <translation>Alle Chats durchsuchen</translation>
    </message>
    <message>
        <source>Bring back what was just deleted</source>
        <translation>Eben Gelöschtes zurückholen</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>Schreiben stoppen</translation>
    </message>
    <message>
        <source>Rename this chat…</source>
        <translation>Diesen Chat umbenennen…</translation>
    </message>
    <message>
        <source>Duplicate this chat</source>
        <translation>Diesen Chat duplizieren</translation>
    </message>
    <message>
        <source>Export this chat…</source>
        <translation>Diesen Chat exportieren…</translation>
    </message>
    <message>
        <source>Delete this chat</source>
        <translation>Diesen Chat löschen</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Chats importieren…</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>Alle Chats exportieren…</translation>
    </message>
    <message>
        <source>Instant mode</source>
        <translation>Sofort-Modus</translation>
    </message>
    <message>
        <source>Personal mode</source>
        <translation>Persönlicher Modus</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>Gehe zu</translation>
    </message>
    <message>
        <source>The chat</source>
        <translation>Der Chat</translation>
    </message>
    <message>
        <source>Your taste</source>
        <translation>Dein Geschmack</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>The quiz</source>
        <translation>Das Quiz</translation>
    </message>
    <message>
        <source>Personas…</source>
        <translation>Personas…</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Light colours</source>
        <translation>Helle Farben</translation>
    </message>
    <message>
        <source>Dark colours</source>
        <translation>Dunkle Farben</translation>
    </message>
    <message>
        <source>Colours of the system</source>
        <translation>Farben des Systems</translation>
    </message>
    <message>
        <source>Show or hide the sidebar</source>
        <translation>Seitenleiste ein- oder ausblenden</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>Größerer Text</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>Kleinerer Text</translation>
    </message>
    <message>
        <source>Usual text size</source>
        <translation>Normale Textgröße</translation>
    </message>
    <message>
        <source>Command palette</source>
        <translation>Befehlspalette</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Tour of the window</source>
        <translation>Rundgang durch das Fenster</translation>
    </message>
    <message>
        <source>Every connection Attune can make</source>
        <translation>Jede Verbindung, die Attune herstellen kann</translation>
    </message>
    <message>
        <source>About Attune</source>
        <translation>Über Attune</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>While writing a message</source>
        <translation>Beim Schreiben einer Nachricht</translation>
    </message>
    <message>
        <source>In the list of chats</source>
        <translation>In der Liste der Chats</translation>
    </message>
    <message>
        <source>In the quiz</source>
        <translation>Im Quiz</translation>
    </message>
    <message>
        <source>Enter or Ctrl+Enter</source>
        <translation>Eingabe oder Strg+Eingabe</translation>
    </message>
    <message>
        <source>Send, as the settings say</source>
        <translation>Senden, je nach Einstellung</translation>
    </message>
    <message>
        <source>Shift+Enter</source>
        <translation>Shift+Enter</translation>
    </message>
    <message>
        <source>A new line</source>
        <translation>Eine neue Zeile</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Stop the reply</source>
        <translation>Die Antwort stoppen</translation>
    </message>
    <message>
        <source>Rename the chat or folder</source>
        <translation>Chat oder Ordner umbenennen</translation>
    </message>
    <message>
        <source>Delete it; it can be brought back</source>
        <translation>Löschen; es lässt sich zurückholen</translation>
    </message>
    <message>
        <source>Pin or unpin the chat</source>
        <translation>Chat anheften oder lösen</translation>
    </message>
    <message>
        <source>Duplicate the chat</source>
        <translation>Chat duplizieren</translation>
    </message>
    <message>
        <source>Export the chat</source>
        <translation>Chat exportieren</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>Links, Rechts</translation>
    </message>
    <message>
        <source>Collapse or expand the folder</source>
        <translation>Ordner ein- oder ausklappen</translation>
    </message>
    <message>
        <source>Choose the left or the right reply</source>
        <translation>Linke oder rechte Antwort wählen</translation>
    </message>
    <message>
        <source>No preference</source>
        <translation>Unentschieden</translation>
    </message>
    <message>
        <source>Both are bad</source>
        <translation>Beide schlecht</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Rücktaste</translation>
    </message>
    <message>
        <source>One question back</source>
        <translation>Eine Frage zurück</translation>
    </message>
    <message>
        <source>S, Esc</source>
        <translation>S, Esc</translation>
    </message>
    <message>
        <source>Skip the rest</source>
        <translation>Rest überspringen</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>No persona</source>
        <translation>Keine Persona</translation>
    </message>
    <message>
        <source>Persona</source>
        <translation>Persona</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>Profil</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Write here</source>
        <translation>Hier schreibst du</translation>
    </message>
    <message>
        <source>Ask for something. What the model writes stays on this machine, as does what you write.</source>
        <translation>Frag nach etwas. Was das Modell schreibt, bleibt auf diesem Rechner, ebenso was du schreibst.</translation>
    </message>
    <message>
        <source>Several drafts, or one at once</source>
        <translation>Mehrere Entwürfe oder einer sofort</translation>
    </message>
    <message>
        <source>Personal writes several drafts and shows the one you would like best. Instant shows one as it is written.</source>
        <translation>„Persönlich“ schreibt mehrere Entwürfe und zeigt den, der dir am besten gefallen dürfte. „Sofort“ zeigt einen, während er entsteht.</translation>
    </message>
    <message>
        <source>Other than usual, in this chat</source>
        <translation>Anders als sonst, in diesem Chat</translation>
    </message>
    <message>
        <source>Shorter, warmer, plainer: for one chat, without changing what Attune knows of you.</source>
        <translation>Kürzer, wärmer, schlichter: für einen Chat, ohne zu ändern, was Attune von dir weiß.</translation>
    </message>
    <message>
        <source>What Attune believes about your taste</source>
        <translation>Was Attune von deinem Geschmack glaubt</translation>
    </message>
    <message>
        <source>See how sure it is and what that rests on, correct it, or forget it all.</source>
        <translation>Sieh, wie sicher es sich ist und worauf das beruht, korrigiere es oder lass es alles vergessen.</translation>
    </message>
    <message>
        <source>The model that writes</source>
        <translation>Das Modell, das schreibt</translation>
    </message>
    <message>
        <source>The bundled one is tiny. A larger one makes a different assistant of this. All commands are a key away: {palette}; all keys: {overview}.</source>
        <translation>Das mitgelieferte ist winzig. Ein größeres macht hieraus einen anderen Assistenten. Alle Befehle sind einen Tastendruck entfernt: {palette}; alle Tasten: {overview}.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
</context>
<context>
    <name>Sidebar</name>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>New temporary chat (Ctrl+Shift+N)</source>
        <translation>Neuer temporärer Chat (Strg+Umschalt+N)</translation>
    </message>
    <message>
        <source>More about all chats</source>
        <translation>Mehr zu allen Chats</translation>
    </message>
    <message>
        <source>New folder…</source>
        <translation>Neuer Ordner…</translation>
    </message>
    <message>
        <source>Import chats…</source>
        <translation>Chats importieren…</translation>
    </message>
    <message>
        <source>Export all chats…</source>
        <translation>Alle Chats exportieren…</translation>
    </message>
    <message>
        <source>Backups and erasing…</source>
        <translation>Sicherungen und Löschen…</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Chats durchsuchen</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>Chats</translation>
    </message>
    <message>
        <source>No conversation has these words.</source>
        <translation>Kein Chat enthält diese Wörter.</translation>
    </message>
    <message>
        <source>Taste</source>
        <translation>Geschmack</translation>
    </message>
    <message>
        <source>Retake the quiz</source>
        <translation>Quiz wiederholen</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Settings (Ctrl+,)</source>
        <translation>Einstellungen (Strg+,)</translation>
    </message>
    <message>
        <source>Loading… {n}%</source>
        <translation>Wird geladen… {n} %</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Rests until your next message</source>
        <translation>Ruht bis zu deiner nächsten Nachricht</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>Nicht geladen</translation>
    </message>
    <message>
        <source>Model: {name}, {state}</source>
        <translation>Modell: {name}, {state}</translation>
    </message>
</context>
<context>
    <name>Taste</name>
    <message>
        <source>Thumb up on a reply</source>
        <translation>Daumen hoch für eine Antwort</translation>
    </message>
    <message>
        <source>Self-test: you chose the first draft over Attune&apos;s pick</source>
        <translation>Blindtest: Du hast den ersten Entwurf statt Attunes Auswahl gewählt</translation>
    </message>
    <message>
        <source>Thumb down on a reply</source>
        <translation>Daumen runter für eine Antwort</translation>
    </message>
    <message>
        <source>Self-test: you chose Attune&apos;s pick over the first draft</source>
        <translation>Blindtest: Du hast Attunes Auswahl statt des ersten Entwurfs gewählt</translation>
    </message>
    <message>
        <source>Quiz: “{prompt}” → “{reply}”</source>
        <translation>Quiz: „{prompt}“ → „{reply}“</translation>
    </message>
    <message>
        <source>Thumb down on a reply: {reason}</source>
        <translation>Daumen runter für eine Antwort: {reason}</translation>
    </message>
    <message>
        <source>Preferred draft {a} over draft {b}</source>
        <translation>Entwurf {a} lieber als Entwurf {b}</translation>
    </message>
    <message>
        <source>You set {axis}: {words}</source>
        <translation>Du hast {axis} eingestellt: {words}</translation>
    </message>
    <message>
        <source>Quiz: no preference for “{prompt}”</source>
        <translation>Quiz: unentschieden bei „{prompt}“</translation>
    </message>
    <message>
        <source>Quiz: both bad for “{prompt}”</source>
        <translation>Quiz: beide schlecht bei „{prompt}“</translation>
    </message>
</context>
<context>
    <name>TasteAssembly</name>
    <message>
        <source>What I think you like</source>
        <translation>Was du wohl magst</translation>
    </message>
    <message>
        <source>Give the self-test up?</source>
        <translation>Blindtest aufgeben?</translation>
    </message>
    <message>
        <source>It ends without a result. “Go on later” keeps what you have chosen so far.</source>
        <translation>Er endet ohne Ergebnis. „Später weiter“ behält, was du bisher gewählt hast.</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>Aufgeben</translation>
    </message>
    <message>
        <source>Name of the new profile</source>
        <translation>Name des neuen Profils</translation>
    </message>
    <message>
        <source>Rename profile</source>
        <translation>Profil umbenennen</translation>
    </message>
    <message>
        <source>Delete the profile “{name}”?</source>
        <translation>Profil „{name}“ löschen?</translation>
    </message>
    <message>
        <source>Its quiz answers, ratings and corrections are deleted for good. Its chats stay, and “{heir}” chooses in them from then on.</source>
        <translation>Seine Quizantworten, Bewertungen und Korrekturen werden endgültig gelöscht. Seine Chats bleiben, und ab dann wählt in ihnen „{heir}“ aus.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export the profile</source>
        <translation>Profil exportieren</translation>
    </message>
    <message>
        <source>Export comparisons</source>
        <translation>Vergleiche exportieren</translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl)</source>
        <translation>JSON-Zeilen (*.jsonl)</translation>
    </message>
    <message>
        <source>Import a profile</source>
        <translation>Profil importieren</translation>
    </message>
    <message>
        <source>Reset the taste of “{name}”?</source>
        <translation>Geschmack von „{name}“ zurücksetzen?</translation>
    </message>
    <message>
        <source>Reset your taste?</source>
        <translation>Deinen Geschmack zurücksetzen?</translation>
    </message>
    <message>
        <source>All quiz answers, ratings, corrections and self-tests are deleted for good. Your chats stay.</source>
        <translation>Alle Quizantworten, Bewertungen, Korrekturen und Blindtests werden endgültig gelöscht. Deine Chats bleiben.</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Take the quiz again?</source>
        <translation>Quiz wiederholen?</translation>
    </message>
    <message>
        <source>Your earlier quiz answers are taken back first. Ratings in your chats stay.</source>
        <translation>Deine früheren Quizantworten werden zuerst zurückgenommen. Bewertungen in deinen Chats bleiben.</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>Neu beginnen</translation>
    </message>
    <message>
        <source>Take the quiz</source>
        <translation>Quiz machen</translation>
    </message>
    <message>
        <source>Continue the quiz</source>
        <translation>Quiz fortsetzen</translation>
    </message>
    <message>
        <source>Retake the quiz</source>
        <translation>Quiz wiederholen</translation>
    </message>
</context>
<context>
    <name>TasteController</name>
    <message>
        <source>Noted. It changes nothing visible.</source>
        <translation>Notiert. Es ändert nichts Sichtbares.</translation>
    </message>
    <message>
        <source>Noted: {change} from now on.</source>
        <translation>Notiert: ab jetzt {change}.</translation>
    </message>
    <message>
        <source>Taken back.</source>
        <translation>Zurückgenommen.</translation>
    </message>
    <message>
        <source>Exported to {file}.</source>
        <translation>Nach {file} exportiert.</translation>
    </message>
    <message>
        <source>Comparisons exported to {file}: {n}.</source>
        <translation>Nach {file} exportierte Vergleiche: {n}.</translation>
    </message>
    <message>
        <source>Imported as the profile “{name}”.</source>
        <translation>Als Profil „{name}“ importiert.</translation>
    </message>
    <message>
        <source>{n} of its ratings were made with another version of Attune&apos;s taste and do not count here.</source>
        <translation>{n} seiner Bewertungen entstanden mit einer anderen Version von Attunes Geschmacksmodell und zählen hier nicht.</translation>
    </message>
    <message>
        <source>Imported</source>
        <translation>Importiert</translation>
    </message>
</context>
<context>
    <name>TasteHeader</name>
    <message>
        <source>Clear this chat&apos;s correction</source>
        <translation>Korrektur dieses Chats entfernen</translation>
    </message>
    <message>
        <source>Shorter, plainer, warmer here…</source>
        <translation>Hier kürzer, schlichter, wärmer…</translation>
    </message>
    <message>
        <source>In this chat: {words}</source>
        <translation>In diesem Chat: {words}</translation>
    </message>
</context>
<context>
    <name>TastePage</name>
    <message>
        <source>Your taste</source>
        <translation>Dein Geschmack</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Undo this change</source>
        <translation>Diese Änderung rückgängig machen</translation>
    </message>
    <message>
        <source>Learn from my ratings in chats</source>
        <translation>Aus meinen Bewertungen in Chats lernen</translation>
    </message>
    <message>
        <source>Nothing yet. Take the quiz, or rate a reply in a chat.</source>
        <translation>Noch nichts. Mach das Quiz oder bewerte eine Antwort in einem Chat.</translation>
    </message>
    <message>
        <source>Take the quiz</source>
        <translation>Quiz machen</translation>
    </message>
    <message>
        <source>Take the blind self-test</source>
        <translation>Blindtest machen</translation>
    </message>
    <message>
        <source>Reset my taste…</source>
        <translation>Geschmack zurücksetzen…</translation>
    </message>
    <message>
        <source>Profiles: add, rename, delete, export, import</source>
        <translation>Profile: hinzufügen, umbenennen, löschen, exportieren, importieren</translation>
    </message>
    <message>
        <source>New profile…</source>
        <translation>Neues Profil…</translation>
    </message>
    <message>
        <source>Rename this profile…</source>
        <translation>Dieses Profil umbenennen…</translation>
    </message>
    <message>
        <source>Delete this profile…</source>
        <translation>Dieses Profil löschen…</translation>
    </message>
    <message>
        <source>Export to a file…</source>
        <translation>In eine Datei exportieren…</translation>
    </message>
    <message>
        <source>Import from a file…</source>
        <translation>Aus einer Datei importieren…</translation>
    </message>
    <message>
        <source>Export comparisons as text…</source>
        <translation>Vergleiche als Text exportieren…</translation>
    </message>
    <message>
        <source>Correct {axis}</source>
        <translation>{axis} korrigieren</translation>
    </message>
    <message>
        <source>The dot is Attune&apos;s best guess, on the side of what you like more; the cloud around it is where it may well be instead. Grey ones are too unsure to count on. Where it is wrong, correct it with the pen. “Most people” are those that Attune was trained on: a language model played them.</source>
        <translation>Der Punkt ist Attunes beste Schätzung, auf der Seite dessen, was du lieber magst; die Wolke darum zeigt, wo er ebenso gut liegen könnte. Graue sind zu unsicher, um sich darauf zu verlassen. Wo er falsch liegt, korrigiere ihn mit dem Stift. „Die meisten“ sind die, an denen Attune trainiert wurde: Ein Sprachmodell hat sie gespielt.</translation>
    </message>
    <message>
        <source>How it came about</source>
        <translation>Wie es dazu kam</translation>
    </message>
    <message>
        <source>What it rests on</source>
        <translation>Worauf es beruht</translation>
    </message>
    <message>
        <source>Does it work for you?</source>
        <translation>Funktioniert es für dich?</translation>
    </message>
    <message>
        <source>A blind self-test: ten times two replies to your own prompts, Attune&apos;s pick and the first draft, without saying which is which.</source>
        <translation>Ein Blindtest: zehnmal zwei Antworten auf deine eigenen Prompts, Attunes Auswahl und der erste Entwurf, ohne zu sagen, welcher welcher ist.</translation>
    </message>
    <message>
        <source>You seem to like: {words}</source>
        <translation>Du magst es offenbar: {words}</translation>
    </message>
    <message>
        <source>No leaning of your own yet</source>
        <translation>Noch keine eigene Vorliebe</translation>
    </message>
    <message>
        <source>Rests on what most people like, your quiz answers ({a}) and your ratings in chats ({b}).</source>
        <translation>Beruht auf dem, was die meisten mögen, deinen Quizantworten ({a}) und deinen Bewertungen in Chats ({b}).</translation>
    </message>
    <message>
        <source>Assumed of you as of most people: {words}.</source>
        <translation>Bei dir angenommen wie bei den meisten: {words}.</translation>
    </message>
    <message>
        <source>Thumbs and “I prefer this one” move your taste, and each can be undone.</source>
        <translation>Daumen und „Lieber diesen“ verschieben deinen Geschmack, und alles lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>Paused: thumbs and “I prefer this one” are not kept, also not for later. The quiz and corrections made here still count.</source>
        <translation>Pausiert: Daumen und „Lieber diesen“ werden nicht gespeichert, auch nicht für später. Das Quiz und Korrekturen hier zählen weiterhin.</translation>
    </message>
    <message>
        <source>Go on with the blind self-test</source>
        <translation>Blindtest fortsetzen</translation>
    </message>
    <message>
        <source>Show earlier ones ({n})</source>
        <translation>Frühere zeigen ({n})</translation>
    </message>
    <message>
        <source>Undo: {text}</source>
        <translation>Rückgängig: {text}</translation>
    </message>
</context>
<context>
    <name>TextDialog</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>Thoughts</name>
    <message>
        <source>What the model thought</source>
        <translation>Was das Modell gedacht hat</translation>
    </message>
    <message>
        <source>Hide what it thought</source>
        <translation>Gedanken ausblenden</translation>
    </message>
    <message>
        <source>It thought first: {n} words</source>
        <translation>Es hat zuerst nachgedacht: {n} Wörter</translation>
    </message>
</context>
<context>
    <name>TourCard</name>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Skip the tour</source>
        <translation>Rundgang überspringen</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Zurück</translation>
    </message>
    <message>
        <source>Back in the tour</source>
        <translation>Im Rundgang zurück</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>{n} of {all}</source>
        <translation>{n} von {all}</translation>
    </message>
    <message>
        <source>Tour: {title}. {text}</source>
        <translation>Rundgang: {title}. {text}</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open Attune</source>
        <translation>Attune öffnen</translation>
    </message>
    <message>
        <source>New chat</source>
        <translation>Neuer Chat</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
</context>
<context>
    <name>TrialWriter</name>
    <message>
        <source>Waiting for the model…</source>
        <translation>Warten auf das Modell…</translation>
    </message>
    <message>
        <source>Writing {n} drafts · {done} done · {tokens} tokens so far</source>
        <translation>{n} Entwürfe werden geschrieben · {done} fertig · bisher {tokens} Tokens</translation>
    </message>
    <message>
        <source>The model gave no reply that could be compared. Try another prompt.</source>
        <translation>Das Modell gab keine Antwort, die sich vergleichen ließe. Versuch einen anderen Prompt.</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Delete for good now</source>
        <translation>Jetzt endgültig löschen</translation>
    </message>
    <message>
        <source>Undo: {sentence}</source>
        <translation>Rückgängig: {sentence}</translation>
    </message>
</context>
<context>
    <name>UserMessage</name>
    <message>
        <source>You wrote</source>
        <translation>Du hast geschrieben</translation>
    </message>
    <message>
        <source>More about your message</source>
        <translation>Mehr zu deiner Nachricht</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>Bearbeiten und neu senden</translation>
    </message>
    <message>
        <source>Delete from here on</source>
        <translation>Ab hier löschen</translation>
    </message>
</context>
<context>
    <name>VersionPager</name>
    <message>
        <source>Previous reply</source>
        <translation>Vorige Antwort</translation>
    </message>
    <message>
        <source>Previous wording</source>
        <translation>Vorige Fassung</translation>
    </message>
    <message>
        <source>Next reply</source>
        <translation>Nächste Antwort</translation>
    </message>
    <message>
        <source>Next wording</source>
        <translation>Nächste Fassung</translation>
    </message>
    <message>
        <source>Wording {n} of {total}</source>
        <translation>Fassung {n} von {total}</translation>
    </message>
    <message>
        <source>Reply {n}/{total}</source>
        <translation>Antwort {n}/{total}</translation>
    </message>
    <message>
        <source>Reply {n} of {total}</source>
        <translation>Antwort {n} von {total}</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>An assistant that answers the way you like</source>
        <translation>Ein Assistent, der so antwortet, wie du es magst</translation>
    </message>
    <message>
        <source>Attune writes several drafts of every reply and shows the one you would like best. To begin, it asks you about ten short questions: which of two replies would you rather get?</source>
        <translation>Attune schreibt von jeder Antwort mehrere Entwürfe und zeigt den, der dir am besten gefallen dürfte. Zu Beginn stellt es dir etwa zehn kurze Fragen: Welche von zwei Antworten wäre dir lieber?</translation>
    </message>
    <message>
        <source>Start the quiz (about 3 minutes)</source>
        <translation>Quiz starten (etwa 3 Minuten)</translation>
    </message>
    <message>
        <source>Skip for now</source>
        <translation>Vorerst überspringen</translation>
    </message>
    <message>
        <source>Everything stays on this machine: the model, your chats and what it learns about you.</source>
        <translation>Alles bleibt auf diesem Rechner: das Modell, deine Chats und was es über dich lernt.</translation>
    </message>
    <message>
        <source>Your thumbs up and down keep it learning, and every one can be undone.</source>
        <translation>Mit deinen Daumen hoch und runter lernt es weiter, und jeder lässt sich rückgängig machen.</translation>
    </message>
    <message>
        <source>You can see what it believes about your taste, and take back what that rests on.</source>
        <translation>Du kannst sehen, was es von deinem Geschmack glaubt, und zurücknehmen, worauf das beruht.</translation>
    </message>
</context>
<context>
    <name>Why</name>
    <message>
        <source>it differs in ways that no named trait describes</source>
        <translation>auf eine Art anders ist, die kein benanntes Merkmal beschreibt</translation>
    </message>
    <message>
        <source>it is shorter</source>
        <translation>kürzer ist</translation>
    </message>
    <message>
        <source>it is longer</source>
        <translation>länger ist</translation>
    </message>
    <message>
        <source>it is plainer prose</source>
        <translation>mehr Fließtext hat</translation>
    </message>
    <message>
        <source>it has more lists and headings</source>
        <translation>mehr Listen und Überschriften hat</translation>
    </message>
    <message>
        <source>it gives less background</source>
        <translation>weniger Hintergrund gibt</translation>
    </message>
    <message>
        <source>it is more thorough</source>
        <translation>gründlicher ist</translation>
    </message>
    <message>
        <source>it uses plainer words</source>
        <translation>einfachere Wörter verwendet</translation>
    </message>
    <message>
        <source>it is more technical</source>
        <translation>fachlicher ist</translation>
    </message>
    <message>
        <source>it asks fewer questions back</source>
        <translation>weniger Rückfragen stellt</translation>
    </message>
    <message>
        <source>it asks more questions back</source>
        <translation>mehr Rückfragen stellt</translation>
    </message>
    <message>
        <source>it is the better answer in general</source>
        <translation>allgemein die bessere Antwort ist</translation>
    </message>
    <message>
        <source>it is the weaker answer in general</source>
        <translation>allgemein die schwächere Antwort ist</translation>
    </message>
    <message>
        <source>This one suits you less than draft {n}</source>
        <translation>Dieser passt weniger zu dir als Entwurf {n}</translation>
    </message>
    <message>
        <source>{n} of {all} drafts were dropped early: as far as they had come, they suited you least.</source>
        <translation>{n} von {all} Entwürfen wurden früh aufgegeben: So weit sie gekommen waren, passten sie am wenigsten zu dir.</translation>
    </message>
    <message>
        <source>it is {word}</source>
        <translation>{word} ist</translation>
    </message>
    <message>
        <source>shorter</source>
        <translation>kürzer</translation>
    </message>
    <message>
        <source>longer</source>
        <translation>länger</translation>
    </message>
    <message>
        <source>plainer prose</source>
        <translation>mehr Fließtext</translation>
    </message>
    <message>
        <source>more lists and headings</source>
        <translation>mehr Listen und Überschriften</translation>
    </message>
    <message>
        <source>more casual</source>
        <translation>lockerer</translation>
    </message>
    <message>
        <source>more formal</source>
        <translation>förmlicher</translation>
    </message>
    <message>
        <source>more matter-of-fact</source>
        <translation>sachlicher</translation>
    </message>
    <message>
        <source>warmer</source>
        <translation>wärmer</translation>
    </message>
    <message>
        <source>calmer</source>
        <translation>ruhiger</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>lebhafter</translation>
    </message>
    <message>
        <source>more earnest</source>
        <translation>ernster</translation>
    </message>
    <message>
        <source>more playful</source>
        <translation>verspielter</translation>
    </message>
    <message>
        <source>more careful</source>
        <translation>vorsichtiger</translation>
    </message>
    <message>
        <source>more decisive</source>
        <translation>entschiedener</translation>
    </message>
    <message>
        <source>less background</source>
        <translation>weniger Hintergrund</translation>
    </message>
    <message>
        <source>more thorough</source>
        <translation>gründlicher</translation>
    </message>
    <message>
        <source>plainer words</source>
        <translation>einfachere Wörter</translation>
    </message>
    <message>
        <source>more technical</source>
        <translation>fachlicher</translation>
    </message>
    <message>
        <source>more general</source>
        <translation>allgemeiner</translation>
    </message>
    <message>
        <source>more concrete</source>
        <translation>konkreter</translation>
    </message>
    <message>
        <source>fewer questions back</source>
        <translation>weniger Rückfragen</translation>
    </message>
    <message>
        <source>more questions back</source>
        <translation>mehr Rückfragen</translation>
    </message>
    <message>
        <source>Draft {n} is nearer to your taste, but was left out as the clearly weaker answer ({q}).</source>
        <translation>Entwurf {n} ist näher an deinem Geschmack, schied aber als deutlich schwächere Antwort aus ({q}).</translation>
    </message>
    <message>
        <source>Picked before draft {n}</source>
        <translation>Dieser wurde Entwurf {n} vorgezogen</translation>
    </message>
    <message>
        <source>You would like this one better than draft {n}</source>
        <translation>Dieser würde dir besser gefallen als Entwurf {n}</translation>
    </message>
    <message>
        <source> and </source>
        <translation> und </translation>
    </message>
    <message>
        <source>Other, not named</source>
        <translation>Anderes, nicht benannt</translation>
    </message>
    <message>
        <source>Your taste leans a little towards draft {n}, but Attune is less sure of that than of this one.</source>
        <translation>Dein Geschmack neigt etwas zu Entwurf {n}, aber Attune ist sich dabei weniger sicher als bei diesem.</translation>
    </message>
    <message>
        <source>Your taste sees hardly any difference between this draft and draft {n}.</source>
        <translation>Dein Geschmack sieht kaum einen Unterschied zwischen diesem Entwurf und Entwurf {n}.</translation>
    </message>
    <message>
        <source>, mainly because </source>
        <translation>, vor allem weil er </translation>
    </message>
    <message>
        <source>Better in general</source>
        <translation>Allgemein besser</translation>
    </message>
    <message>
        <source>Weaker in general</source>
        <translation>Allgemein schwächer</translation>
    </message>
    <message>
        <source>As this chat is corrected now, it leans towards draft {n}.</source>
        <translation>So, wie dieser Chat jetzt korrigiert ist, neigt er zu Entwurf {n}.</translation>
    </message>
</context>
<context>
    <name>WhyPanel</name>
    <message>
        <source>In log-odds, by your taste as it is now: +1 means about 3 to 1 in favour.</source>
        <translation>In Log-Odds, nach deinem jetzigen Geschmack: +1 heißt etwa 3 zu 1 dafür.</translation>
    </message>
    <message>
        <source>In log-odds, by your taste as it is now and {correction} as this chat asks for: +1 means about 3 to 1 in favour.</source>
        <translation>In Log-Odds, nach deinem jetzigen Geschmack und {correction}, wie dieser Chat es verlangt: +1 heißt etwa 3 zu 1 dafür.</translation>
    </message>
</context>
<context>
    <name>WishesCard</name>
    <message>
        <source>It heeds {n} of {total} wishes about style: {wishes}. Some drafts are steered by those that suit you.</source>
        <translation>Es hört auf {n} von {total} Wünschen zum Stil: {wishes}. Einige Entwürfe werden nach denen gelenkt, die zu dir passen.</translation>
    </message>
    <message>
        <source>Trying it out: {n} %. Your messages go first.</source>
        <translation>Wird erprobt: {n} %. Deine Nachrichten gehen vor.</translation>
    </message>
    <message>
        <source>Not tried out yet, so its drafts are not steered by your taste. Trying it out takes minutes, with a large model many; your messages go first, and it can be stopped.</source>
        <translation>Noch nicht erprobt, darum werden seine Entwürfe nicht nach deinem Geschmack gelenkt. Das dauert Minuten, bei einem großen Modell viele; deine Nachrichten gehen vor, und es lässt sich abbrechen.</translation>
    </message>
    <message>
        <source>It is too small for wishes about style: readers liked its drafts no better with them, so none is steered.</source>
        <translation>Es ist zu klein für Wünsche zum Stil: Lesern gefielen seine Entwürfe mit ihnen nicht besser, darum wird keiner gelenkt.</translation>
    </message>
    <message>
        <source>It heeds no wishes about style, so its drafts are not steered by your taste.</source>
        <translation>Es hört auf keine Wünsche zum Stil, darum werden seine Entwürfe nicht nach deinem Geschmack gelenkt.</translation>
    </message>
    <message>
        <source>shorter</source>
        <translation>kürzer</translation>
    </message>
    <message>
        <source>longer</source>
        <translation>länger</translation>
    </message>
    <message>
        <source>plainer prose</source>
        <translation>mehr Fließtext</translation>
    </message>
    <message>
        <source>more lists and headings</source>
        <translation>mehr Listen und Überschriften</translation>
    </message>
    <message>
        <source>more casual</source>
        <translation>lockerer</translation>
    </message>
    <message>
        <source>more formal</source>
        <translation>förmlicher</translation>
    </message>
    <message>
        <source>more matter-of-fact</source>
        <translation>sachlicher</translation>
    </message>
    <message>
        <source>warmer</source>
        <translation>wärmer</translation>
    </message>
    <message>
        <source>calmer</source>
        <translation>ruhiger</translation>
    </message>
    <message>
        <source>livelier</source>
        <translation>lebhafter</translation>
    </message>
    <message>
        <source>more earnest</source>
        <translation>ernster</translation>
    </message>
    <message>
        <source>more playful</source>
        <translation>verspielter</translation>
    </message>
    <message>
        <source>more careful</source>
        <translation>vorsichtiger</translation>
    </message>
    <message>
        <source>more decisive</source>
        <translation>entschiedener</translation>
    </message>
    <message>
        <source>less background</source>
        <translation>weniger Hintergrund</translation>
    </message>
    <message>
        <source>more thorough</source>
        <translation>gründlicher</translation>
    </message>
    <message>
        <source>plainer words</source>
        <translation>einfachere Wörter</translation>
    </message>
    <message>
        <source>more technical</source>
        <translation>fachlicher</translation>
    </message>
    <message>
        <source>more general</source>
        <translation>allgemeiner</translation>
    </message>
    <message>
        <source>more concrete</source>
        <translation>konkreter</translation>
    </message>
    <message>
        <source>fewer questions back</source>
        <translation>weniger Rückfragen</translation>
    </message>
    <message>
        <source>more questions back</source>
        <translation>mehr Rückfragen</translation>
    </message>
    <message>
        <source>Try it out</source>
        <translation>Erproben</translation>
    </message>
    <message>
        <source>How {name} follows wishes</source>
        <translation>Wie {name} Wünschen folgt</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Try it out again</source>
        <translation>Noch einmal erproben</translation>
    </message>
</context>
<context>
    <name>_IdleChoice</name>
    <message>
        <source>Give the memory of an idle model back</source>
        <translation>Speicher eines ruhenden Modells freigeben</translation>
    </message>
    <message>
        <source>after {n} minutes</source>
        <translation>nach {n} Minuten</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
</context>
<context>
    <name>app</name>
    <message>
        <source>Something went wrong inside Attune ({error}). Details are in {path}.</source>
        <translation>In Attune ist etwas schiefgegangen ({error}). Einzelheiten stehen in {path}.</translation>
    </message>
</context>
<context>
    <name>connections</name>
    <message>
        <source>you press Fetch on the models page, or type attune-engine models fetch</source>
        <translation>du auf der Modellseite „Herunterladen“ drückst oder attune-engine models fetch eingibst</translation>
    </message>
    <message>
        <source>Hugging Face, or the address that you entered or that HF_ENDPOINT names</source>
        <translation>Hugging Face oder der Adresse, die du eingegeben hast oder die HF_ENDPOINT nennt</translation>
    </message>
    <message>
        <source>the model&apos;s name, which part of its file is wanted, and Attune&apos;s version; nothing that you wrote</source>
        <translation>der Name des Modells, welcher Teil seiner Datei gewünscht ist und die Version von Attune; nichts, was du geschrieben hast</translation>
    </message>
    <message>
        <source>the list of its files, and the file</source>
        <translation>die Liste seiner Dateien und die Datei</translation>
    </message>
    <message>
        <source>you press Connect beside a server&apos;s address, or type attune-engine server-models</source>
        <translation>du neben der Adresse eines Servers „Verbinden“ drückst oder attune-engine server-models eingibst</translation>
    </message>
    <message>
        <source>that address</source>
        <translation>dieser Adresse</translation>
    </message>
    <message>
        <source>the key that you entered, and Attune&apos;s version</source>
        <translation>der Schlüssel, den du eingegeben hast, und die Version von Attune</translation>
    </message>
    <message>
        <source>the names of its models</source>
        <translation>die Namen seiner Modelle</translation>
    </message>
    <message>
        <source>a server is the model that you chose, in the window or with attune-engine reply --server</source>
        <translation>ein Server das Modell ist, das du gewählt hast, im Fenster oder mit attune-engine reply --server</translation>
    </message>
    <message>
        <source>that server: when Attune starts or the server is chosen, and for each message</source>
        <translation>diesem Server: wenn Attune startet oder der Server gewählt wird und für jede Nachricht</translation>
    </message>
    <message>
        <source>the key; of each chat the system prompt and the messages that fit, the new one included; sampling settings; nothing of your taste</source>
        <translation>der Schlüssel; von jedem Chat der System-Prompt und die Nachrichten, die hineinpassen, samt der neuen; Sampling-Einstellungen; nichts von deinem Geschmack</translation>
    </message>
    <message>
        <source>its models&apos; names, and the drafts</source>
        <translation>die Namen seiner Modelle und die Entwürfe</translation>
    </message>
    <message>
        <source>a key is kept or needed</source>
        <translation>ein Schlüssel aufbewahrt oder gebraucht wird</translation>
    </message>
    <message>
        <source>your system&apos;s keyring, over its own means (on Linux D-Bus)</source>
        <translation>dem Schlüsselbund deines Systems, auf dessen eigenem Weg (unter Linux D-Bus)</translation>
    </message>
    <message>
        <source>the server&apos;s address and key</source>
        <translation>die Adresse und der Schlüssel des Servers</translation>
    </message>
    <message>
        <source>the key</source>
        <translation>der Schlüssel</translation>
    </message>
    <message>
        <source>you start attune-engine serve</source>
        <translation>du attune-engine serve startest</translation>
    </message>
    <message>
        <source>nowhere: other programs connect to it, on this machine&apos;s loopback address</source>
        <translation>niemandem: Andere Programme verbinden sich damit, über die Loopback-Adresse dieses Rechners</translation>
    </message>
    <message>
        <source>its replies, to those programs</source>
        <translation>seine Antworten, an diese Programme</translation>
    </message>
    <message>
        <source>their messages</source>
        <translation>deren Nachrichten</translation>
    </message>
</context>
<context>
    <name>controls</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
</context>
<context>
    <name>personas</name>
    <message>
        <source>Plain words</source>
        <translation>Einfache Worte</translation>
    </message>
    <message>
        <source>Explain things so that somebody without any training follows. Use everyday words, short sentences and one concrete example. Say so when a simplification leaves something important out.</source>
        <translation>Erkläre Dinge so, dass jemand ohne Vorbildung folgen kann. Verwende alltägliche Wörter, kurze Sätze und ein konkretes Beispiel. Sag es, wenn eine Vereinfachung etwas Wichtiges weglässt.</translation>
    </message>
    <message>
        <source>Patient tutor</source>
        <translation>Geduldiger Tutor</translation>
    </message>
    <message>
        <source>You are a patient tutor. Find out what the learner already knows, give one step at a time, and ask a small question after each. Do not hand over the solution before the learner has tried.</source>
        <translation>Du bist ein geduldiger Tutor. Finde heraus, was der Lernende schon weiß, gib immer nur einen Schritt vor und stelle nach jedem eine kleine Frage. Verrate die Lösung nicht, bevor der Lernende es versucht hat.</translation>
    </message>
    <message>
        <source>Careful editor</source>
        <translation>Sorgfältiger Lektor</translation>
    </message>
    <message>
        <source>You edit what the writer sends. Keep their voice and meaning. Return the corrected text first, then a short list of what you changed and why. Add nothing that they did not say.</source>
        <translation>Du überarbeitest, was dir der Verfasser schickt. Bewahre Stimme und Sinn. Gib zuerst den korrigierten Text zurück, dann eine kurze Liste, was du geändert hast und warum. Füge nichts hinzu, was nicht gesagt wurde.</translation>
    </message>
    <message>
        <source>Programming partner</source>
        <translation>Programmierpartner</translation>
    </message>
    <message>
        <source>You help with programming. Prefer small, complete, working code over long explanations. Name your assumptions, mention the edge cases that matter, and say when you are not sure that something exists.</source>
        <translation>Du hilfst beim Programmieren. Bevorzuge kurzen, vollständigen, lauffähigen Code gegenüber langen Erklärungen. Nenne deine Annahmen, erwähne die Grenzfälle, auf die es ankommt, und sag es, wenn du nicht sicher bist, dass es etwas gibt.</translation>
    </message>
</context>
<context>
    <name>tray</name>
    <message>
        <source>This desktop shows no tray, so Attune could not be reached there.</source>
        <translation>Dieser Desktop zeigt keinen Infobereich, Attune wäre dort also nicht erreichbar.</translation>
    </message>
</context>
</TS>
