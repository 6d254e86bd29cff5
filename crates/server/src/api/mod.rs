//! The shapes of the answers of the HTTP API: what is sent, and nothing of how it comes about.
//!
//! Names of fields are a contract with the front end and with whoever else asks. A field is
//! always there; null means that there is no such number or thing.

mod basis;
mod clients;
mod data;
mod meta;
mod microservices;
mod retries;
mod table;
mod transactions;
mod why;

pub use basis::Basis;
pub use clients::{ClientRow, ClientsTab, FunnelCode, FunnelStep, Headline, Period, Reason};
pub use data::{DataTab, Freshness, Policy, QuarantineReason, Run, Setting};
pub use meta::{
    CardName, Code, ColumnFilter, Culprit, Dimension, DimensionKind, DimensionValues, Exclusion,
    Meta, Metric, MicroserviceName, OutcomeName, PictureColumns, Roles, SnapshotInfo,
    SnapshotState, ValueCount,
};
pub use microservices::{
    DonutSlice, Grain, HourRow, MicroservicesTab, OverTime, PathRemainder, PathRow, Ranged,
    ServiceQueue, Standing, TimeRow, TimesCell, TotalTimes, Verdict, VerdictStep, Waterfall,
    WaterfallBar, WhatIfAfter, WhatIfBefore, WhatIfResult,
};
pub use retries::{
    Abandonment, AttemptsPerProcess, CurvePoint, Fix, FlowLink, Processes, Recovery, Repeats,
    RetriesTab, RetryCost, Share,
};
pub use table::{Cell, MetricTable, Num, NumRow, Text};
pub use transactions::{ListedColumn, Transaction, Transactions};
pub use why::{EffectName, Why, WhyBin, WhyCategory, WhyFinding, WhyKind, WhyMedians, WhySide};
