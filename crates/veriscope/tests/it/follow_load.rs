//! Following a collection with a database: each publication is loaded, and a load that failed
//! is made good by the next one.

use std::process::{Child, Command};

use veriscope_mongo::testing::Server;
use veriscope_postgres_testing::{Database, Server as DatabaseServer};

use crate::load::{NAMES, configure};
use crate::mongo::sandbox;
use crate::mongo_follow::{follow, insert, is_following, wait_until};
use crate::support::Sandbox;

fn rows(database: &Database) -> String {
    let counted = database.sql(&format!("SELECT count(*) FROM {}", NAMES[0]));
    counted[0][0].clone().unwrap()
}

/// Lets loads be refused, as tables of an unknown origin are.
fn forget(database: &Database) {
    database.sql("ALTER TABLE veriscope_state RENAME TO hidden");
}

/// How many runs of a log were loaded, or not.
fn count_loaded(sandbox: &Sandbox, log: &str, loaded: bool) -> usize {
    let wanted = format!("\"loaded\":{loaded}");
    let lines = sandbox.read(log);
    lines.lines().filter(|line| line.contains(&wanted)).count()
}

/// Interrupts, and returns the exit code.
fn interrupt(mut follower: Child) -> Option<i32> {
    let pid = follower.id().to_string();
    let asked = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(asked.success());
    follower.wait().unwrap().code()
}

#[test]
fn each_publication_is_loaded_and_a_failure_is_over_with_the_next_success() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, database) = (sandbox(), DatabaseServer::shared().database());
    configure(&sandbox, &database, "");
    let client = server.client().unwrap();
    insert(&client, 0..3);
    let follower = follow(&sandbox, &server, "log");
    wait_until("the first load", || {
        count_loaded(&sandbox, "log", true) == 1
    });
    assert_eq!(rows(&database), "3");
    wait_until("the following", || is_following(&sandbox, "log"));

    forget(&database);
    insert(&client, 3..5);
    wait_until("a load that fails", || {
        count_loaded(&sandbox, "log", false) > 0
    });
    assert_eq!(rows(&database), "3");
    let said = sandbox.read("log.err");
    assert!(said.contains("the database is as it was"), "{said}");

    database.sql("ALTER TABLE hidden RENAME TO veriscope_state");
    insert(&client, 5..6);
    wait_until("all rows", || rows(&database) == "6");
    wait_until("its line", || count_loaded(&sandbox, "log", true) > 1);
    assert_eq!(interrupt(follower), Some(0), "{}", sandbox.read("log.err"));
}

#[test]
fn a_following_that_ends_behind_its_database_says_so_by_its_exit_code() {
    let server = Server::start(&[]).unwrap();
    let (sandbox, database) = (sandbox(), DatabaseServer::shared().database());
    configure(&sandbox, &database, "");
    let client = server.client().unwrap();
    insert(&client, 0..1);
    let follower = follow(&sandbox, &server, "log");
    wait_until("the first load", || {
        count_loaded(&sandbox, "log", true) == 1
    });
    wait_until("the following", || is_following(&sandbox, "log"));
    forget(&database);
    insert(&client, 1..2);
    wait_until("a load that fails", || {
        count_loaded(&sandbox, "log", false) > 0
    });
    assert_eq!(interrupt(follower), Some(3), "{}", sandbox.read("log.err"));
}
