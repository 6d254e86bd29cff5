//! A load: from what the database holds to one snapshot of a lake, in one transaction.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use veriscope_card::Card;

use crate::error::{During, LoadError};
use crate::fill::{Fill, open};
use crate::inspect::{self, AllFound};
use crate::last::LastAttempts;
use crate::layout::Layout;
use crate::migrate::{self, Ground, Plan};
use crate::session::Session;
use crate::state::{self, FORMAT, Stored};
use crate::upsert::Upsert;
use crate::{Rows, Scope, TableKind, Target, adopt, quote, views};

/// What is loaded, and how.
#[derive(Clone, Debug)]
pub struct LoadRequest<'a> {
    /// The card.
    pub card: &'a Card,
    /// Hash of the card; another one than last time makes the load send everything.
    pub card_hash: String,
    /// Id of the lake.
    pub lake_id: String,
    /// Id of its key.
    pub key_id: String,
    /// Number of the snapshot that the rows are of.
    pub snapshot: u64,
    /// Version of the program.
    pub program: String,
    /// What is sent.
    pub extent: Extent,
    /// What becomes of tables that others filled.
    pub adopt: Adopt,
    /// Ends the load when it becomes true.
    pub stop: Option<&'a AtomicBool>,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What changed since the stored snapshot, where that is possible.
    Changes,
    /// Everything; rows that are not in the lake are deleted.
    Everything,
}

/// What becomes of published tables that something else filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopt {
    /// They are left alone, and the load is refused.
    Refuse,
    /// They are moved aside under a dated name.
    MoveAside {
        /// The date, as it stands in the name: `20251124`.
        date: String,
    },
}

/// What a load did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadReport {
    /// What was sent.
    pub sent: Sent,
    /// What became of each table; empty where nothing was sent.
    pub tables: Vec<TableReport>,
    /// Tables that were moved aside, old name and new.
    pub moved_aside: Vec<(String, String)>,
    /// Columns that were added, as `table.column`.
    pub added_columns: Vec<String>,
    /// Whether the database itself was made.
    pub made_database: bool,
}

impl LoadReport {
    /// Returns whether a row of any table changed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.tables
            .iter()
            .any(|table| table.inserted + table.updated + table.deleted > 0)
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Nothing: the snapshot is loaded already.
    Nothing,
    /// What changed after a snapshot.
    ChangesSince(u64),
    /// Everything.
    Everything(WhyEverything),
}

/// Why everything was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyEverything {
    /// It was asked for.
    Asked,
    /// There were no rows.
    FirstLoad,
    /// The card is another.
    CardChanged,
    /// The database is ahead of the lake, as after a restored backup of the lake.
    LakeIsBehind,
}

/// What became of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableReport {
    /// The table.
    pub table: String,
    /// Rows that were not there.
    pub inserted: u64,
    /// Rows that were there and differed.
    pub updated: u64,
    /// Rows that left.
    pub deleted: u64,
}

/// One try of a load, on a session that is dropped when it fails.
pub(crate) struct Load<'a> {
    pub(crate) session: &'a Session,
    pub(crate) target: &'a Target,
    pub(crate) layout: &'a Layout,
    pub(crate) request: &'a LoadRequest<'a>,
}

impl Load<'_> {
    pub(crate) async fn run(&self, rows: &dyn Rows) -> Result<LoadReport, LoadError> {
        self.begin().await?;
        let found = self.ground().await?;
        let stored = self.stored(&found).await?;
        let empty = self.empty_tables(&found, stored.is_some()).await?;
        let ground = Ground {
            found: &found,
            empty: &empty,
            stored: stored.as_ref(),
        };
        let plan = migrate::plan(self.layout, &ground, &self.request.adopt)?;
        let sent = self.what_to_send(stored.as_ref(), &plan, &empty);
        let mut report = LoadReport {
            sent,
            tables: Vec::new(),
            moved_aside: Vec::new(),
            added_columns: Vec::new(),
            made_database: false,
        };
        let views_are_there = views::NAMES.iter().all(|name| found.contains_key(*name));
        if sent == Sent::Nothing && views_are_there {
            self.session.run("ROLLBACK").await.during("end the load")?;
            return Ok(report);
        }
        self.migrate(&plan, &mut report).await?;
        report.tables = match sent {
            Sent::Nothing => Vec::new(),
            Sent::ChangesSince(snapshot) => self.changes(rows, snapshot).await?,
            Sent::Everything(WhyEverything::FirstLoad) => {
                let fill = Fill {
                    session: self.session,
                    layout: self.layout,
                    created: &plan.create,
                };
                fill.run(rows).await?
            }
            Sent::Everything(_) => self.everything(rows, &plan).await?,
        };
        let views_hash = self.views(stored.as_ref(), &found).await?;
        self.describe(stored.as_ref(), &plan).await?;
        self.finish(views_hash).await?;
        Ok(report)
    }

    /// Begins the transaction and waits for another load to end.
    async fn begin(&self) -> Result<(), LoadError> {
        let schema = &self.layout.schema;
        let wait_ms = self.target.patience.lock_wait.as_millis();
        // A role's or server's own limits hold; where there is none for locks, a load would
        // wait for ever.
        let sql = format!(
            "BEGIN; \
             SELECT pg_catalog.set_config('lock_timeout', '{wait_ms}ms', true) \
             WHERE pg_catalog.current_setting('lock_timeout') = '0'; \
             SET LOCAL idle_in_transaction_session_timeout = 0; \
             SET LOCAL DateStyle = 'ISO'; \
             SELECT pg_catalog.pg_advisory_xact_lock({})",
            lock_number(schema)
        );
        self.session
            .run(&sql)
            .await
            .during("begin, waiting for another load to end")
    }

    /// Makes the schema where it isn't there, and looks at what stands in it.
    async fn ground(&self) -> Result<AllFound, LoadError> {
        let schema = &self.layout.schema;
        let during = format!("look at schema {schema}");
        if !inspect::has_schema(self.session, schema)
            .await
            .during(&during)?
        {
            let create = format!("CREATE SCHEMA {}", quote::name(schema));
            let during = format!("make schema {schema}");
            self.session.run(&create).await.during(&during)?;
        }
        inspect::inspect(self.session, self.layout)
            .await
            .during(&during)
    }

    /// Returns what was loaded last, if it was from this lake.
    async fn stored(&self, found: &AllFound) -> Result<Option<Stored>, LoadError> {
        let is_state = found.get(state::TABLE).is_some_and(|table| {
            let has = |name: &str| table.columns.iter().any(|(column, _)| column == name);
            state::COLUMNS.iter().all(|(name, _)| has(name))
        });
        if !is_state {
            return Ok(None);
        }
        let stored = state::read(self.session, self.layout)
            .await
            .during("read what was loaded last")?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        check_identity(
            &stored,
            self.target,
            (&self.request.lake_id, &self.request.key_id),
        )?;
        Ok(Some(stored))
    }

    /// Returns the tables without rows.
    async fn empty_tables(
        &self,
        found: &AllFound,
        is_ours: bool,
    ) -> Result<BTreeSet<String>, LoadError> {
        let mut empty = BTreeSet::new();
        for table in self.layout.tables() {
            let there = found.get(&table.name);
            // What is not a table is refused by its kind.
            let Some('r' | 'p') = there.map(|found| found.relkind) else {
                continue;
            };
            let has_rows = inspect::has_rows(self.session, &self.layout.at(&table.name)).await;
            // A table of someone else's that can't be read is refused by its columns.
            let has_rows = if is_ours {
                has_rows.during(&format!("read {}", table.name))?
            } else {
                has_rows.during(&format!("look into {}", table.name))?
            };
            if !has_rows {
                empty.insert(table.name.clone());
            }
        }
        Ok(empty)
    }

    fn what_to_send(&self, stored: Option<&Stored>, plan: &Plan, empty: &BTreeSet<String>) -> Sent {
        let request = self.request;
        let is_empty =
            |name: &String, kind: TableKind| plan.create.contains(&kind) || empty.contains(name);
        let tables = self.layout.tables();
        let all_empty = tables.iter().all(|one| is_empty(&one.name, one.kind));
        let Some(stored) = stored else {
            return Sent::Everything(WhyEverything::FirstLoad);
        };
        if request.extent == Extent::Everything {
            return Sent::Everything(match all_empty {
                true => WhyEverything::FirstLoad,
                false => WhyEverything::Asked,
            });
        }
        // A table that vanished is filled again with everything.
        let changed = stored.card_hash != request.card_hash
            || !plan.create.is_empty()
            || !plan.add_columns.is_empty();
        if changed {
            return Sent::Everything(match all_empty {
                true => WhyEverything::FirstLoad,
                false => WhyEverything::CardChanged,
            });
        }
        match stored.snapshot.cmp(&request.snapshot) {
            std::cmp::Ordering::Equal => Sent::Nothing,
            std::cmp::Ordering::Greater => Sent::Everything(WhyEverything::LakeIsBehind),
            std::cmp::Ordering::Less if all_empty => Sent::Everything(WhyEverything::FirstLoad),
            std::cmp::Ordering::Less => Sent::ChangesSince(stored.snapshot),
        }
    }

    /// Changes the schema as planned. Keys of new tables come later where they stay empty
    /// until they are filled at once.
    async fn migrate(&self, plan: &Plan, report: &mut LoadReport) -> Result<(), LoadError> {
        if let Adopt::MoveAside { date } = &self.request.adopt {
            for table in &plan.move_aside {
                let aside = adopt::move_aside(self.session, self.layout, table, date).await?;
                report.moved_aside.push((table.clone(), aside));
            }
        }
        let fills = matches!(report.sent, Sent::Everything(WhyEverything::FirstLoad));
        for kind in &plan.create {
            let table = self.layout.table(*kind);
            let during = format!("make {}", table.name);
            let create = migrate::create_table(self.layout, table);
            self.session.run(&create).await.during(&during)?;
            if !fills {
                for statement in migrate::keys(self.layout, table) {
                    self.session.run(&statement).await.during(&during)?;
                }
            }
        }
        for (kind, names) in &plan.add_columns {
            let table = self.layout.table(*kind);
            let sql = migrate::add_columns(self.layout, table, names);
            let during = format!("add columns to {}", table.name);
            self.session.run(&sql).await.during(&during)?;
            let added = names.iter().map(|name| format!("{}.{name}", table.name));
            report.added_columns.extend(added);
        }
        if plan.create_state {
            let create = state::create(self.layout);
            let during = format!("make {}", state::TABLE);
            self.session.run(&create).await.during(&during)?;
        }
        Ok(())
    }

    /// Sends what changed after a snapshot.
    async fn changes(&self, rows: &dyn Rows, snapshot: u64) -> Result<Vec<TableReport>, LoadError> {
        let scope = Scope::Since(snapshot);
        let staging = self.upsert(TableKind::Staging);
        staging
            .receive(open(rows, staging.table, scope).await?)
            .await?;
        let last = self.last_attempts();
        last.note_touched(&staging.incoming()).await?;
        let mut reports = vec![staging.merge().await?];
        for kind in [
            TableKind::Transform,
            TableKind::Context,
            TableKind::Policies,
        ] {
            let other = self.upsert(kind);
            other.receive(open(rows, other.table, scope).await?).await?;
            reports.push(other.merge().await?);
        }
        reports.insert(2, last.update(&staging.incoming()).await?);
        Ok(reports)
    }

    /// Sends everything into tables that hold rows.
    async fn everything(
        &self,
        rows: &dyn Rows,
        _plan: &Plan,
    ) -> Result<Vec<TableReport>, LoadError> {
        let mut reports = Vec::new();
        for kind in TableKind::SENT {
            let upsert = self.upsert(kind);
            upsert
                .receive(open(rows, upsert.table, Scope::All).await?)
                .await?;
            let deleted = upsert.remove_others().await?;
            let merged = upsert.merge().await?;
            reports.push(TableReport { deleted, ..merged });
            // Room for the next one.
            upsert.forget().await?;
        }
        let last = self.last_attempts();
        let gone = last.remove_gone().await?;
        let mut updated = last.update_all().await?;
        updated.deleted += gone;
        reports.insert(2, updated);
        Ok(reports)
    }

    /// Makes the views again where they are missing or other ones; returns their hash.
    async fn views(&self, stored: Option<&Stored>, found: &AllFound) -> Result<String, LoadError> {
        let wanted = views::statements(self.request.card, self.layout);
        let hash = views::hash(&wanted);
        let are_there = views::NAMES.iter().all(|name| found.contains_key(*name));
        if are_there && stored.is_some_and(|stored| stored.views_hash == hash) {
            return Ok(hash);
        }
        views::make(self.session, self.layout, &wanted, found)
            .await
            .during("make the views")?;
        Ok(hash)
    }

    /// Describes tables and columns where they are new or the card is.
    async fn describe(&self, stored: Option<&Stored>, plan: &Plan) -> Result<(), LoadError> {
        let same_card = stored.is_some_and(|stored| stored.card_hash == self.request.card_hash);
        for table in self.layout.tables() {
            if same_card && !plan.create.contains(&table.kind) {
                continue;
            }
            let sql = migrate::comments(self.layout, table);
            let during = format!("describe {}", table.name);
            self.session.run(&sql).await.during(&during)?;
        }
        Ok(())
    }

    async fn finish(&self, views_hash: String) -> Result<(), LoadError> {
        let request = self.request;
        let stored = Stored {
            lake_id: request.lake_id.clone(),
            key_id: request.key_id.clone(),
            card: request.card.name.clone(),
            card_hash: request.card_hash.clone(),
            snapshot: request.snapshot,
            format: FORMAT,
            views_hash,
        };
        state::write(self.session, self.layout, &stored, &request.program)
            .await
            .during("note what is loaded")?;
        self.session.run("COMMIT").await.during("commit the load")
    }

    fn upsert(&self, kind: TableKind) -> Upsert<'_> {
        Upsert {
            session: self.session,
            layout: self.layout,
            table: self.layout.table(kind),
        }
    }

    fn last_attempts(&self) -> LastAttempts<'_> {
        LastAttempts {
            session: self.session,
            layout: self.layout,
        }
    }
}

/// Checks that the database was filled from this lake with this key, by a version of the
/// program that this one understands.
pub(crate) fn check_identity(
    stored: &Stored,
    target: &Target,
    (lake_id, key_id): (&str, &str),
) -> Result<(), LoadError> {
    let (place, schema) = (target.to_string(), target.schema.clone());
    if stored.format > FORMAT {
        return Err(LoadError::NewerFormat {
            schema,
            format: stored.format,
        });
    }
    if stored.lake_id != lake_id {
        return Err(LoadError::OtherLake {
            place,
            schema,
            theirs: stored.lake_id.clone(),
            card: stored.card.clone(),
            ours: lake_id.to_owned(),
        });
    }
    if stored.key_id != key_id {
        return Err(LoadError::OtherKey {
            place,
            schema,
            theirs: stored.key_id.clone(),
            ours: key_id.to_owned(),
        });
    }
    Ok(())
}

/// The advisory lock that loads into one schema share.
fn lock_number(schema: &str) -> i64 {
    let hash = views::hash(&[format!("veriscope {schema}")]);
    u64::from_str_radix(&hash, 16)
        .unwrap_or_default()
        .cast_signed()
}
