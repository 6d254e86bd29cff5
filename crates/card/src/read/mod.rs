//! From the raw form of a card to a checked one: one module for each section.
//!
//! Each expands its section and adds what is wrong with it to [`Problems`], so that one
//! reading shows everything. Where something is wrong a stand-in takes its place; it
//! never gets out, because a card with problems is none.

mod card;
mod codes;
mod entries;
mod features;
mod microservices;
mod names;
mod paths;
mod pipeline;
mod roles;
mod settings;
mod template;
mod transform;

pub(crate) use card::card;
