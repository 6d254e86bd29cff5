//! The card's pipeline as the kernel follows it.

use serde::Serialize;
use veriscope_card::{Card, Step, TransformRule};

use super::{Arrangement, Tree};
use crate::AnalysisError;

/// More undecided groups than this are followed together, all one way or all the other.
const MOST_CHOICES: usize = 3;

/// One run of one microservice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Microservice.
    pub microservice: String,
    /// The picture; none where it runs once a transaction.
    pub image: Option<String>,
    /// Column with its execution time, ms.
    pub service: String,
    /// Column with its queue time, ms.
    pub queue: Option<String>,
}

/// What the card says of the order inside a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupKind {
    /// One after the other.
    Series,
    /// All at once.
    Parallel,
    /// Not known.
    Undecided,
}

/// Groups that are the same but for the picture; they have one order between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupClass {
    /// What the card says of their order.
    pub kind: GroupKind,
    /// Their members, by microservices; a member that is a group is named by its own.
    pub members: Vec<String>,
    /// How many such groups there are (one for each picture).
    pub groups: usize,
    /// Top-level step of the pipeline in which they stand, from 0.
    pub step: usize,
    /// Whether its members are the pictures of one and the same group.
    pub of_pictures: bool,
}

/// A node of the pipeline, without what leaves no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Run(usize),
    Group { class: usize, members: Vec<Node> },
}

/// The card's pipeline, ready to be followed.
#[derive(Clone, Debug)]
pub struct PathModel {
    pub(crate) runs: Vec<Run>,
    pub(crate) microservices: Vec<String>,
    /// Microservice of each run.
    pub(crate) owners: Vec<usize>,
    pub(crate) total: Option<String>,
    /// Columns with width and height of each picture, px.
    pub(crate) sizes: Vec<(String, String)>,
    pub(super) steps: Vec<Node>,
    pub(super) classes: Vec<GroupClass>,
    pub(super) alternatives: Vec<Tree>,
}

impl PathModel {
    /// Reads the pipeline of a card.
    ///
    /// # Errors
    /// [`AnalysisError::EmptyPipeline`] where no microservice runs.
    pub fn of(card: &Card) -> Result<Self, AnalysisError> {
        let mut reader = Reader {
            card,
            runs: Vec::new(),
            classes: Vec::new(),
            signatures: Vec::new(),
            step: 0,
        };
        let mut steps = Vec::new();
        for step in &card.pipeline.steps {
            if let Some((node, _)) = reader.node(step) {
                steps.push(node);
                reader.step += 1;
            }
        }
        if reader.runs.is_empty() {
            return Err(AnalysisError::EmptyPipeline);
        }
        let microservices: Vec<String> = card
            .microservices
            .iter()
            .map(|service| service.name.clone())
            .filter(|name| reader.runs.iter().any(|run| run.microservice == *name))
            .collect();
        let owner = |run: &Run| {
            microservices
                .iter()
                .position(|name| *name == run.microservice)
                .unwrap_or(0)
        };
        let owners = reader.runs.iter().map(owner).collect();
        let mut model = Self {
            runs: reader.runs,
            microservices,
            owners,
            total: card.roles.total_time.clone(),
            sizes: sizes(card),
            steps,
            classes: reader.classes,
            alternatives: Vec::new(),
        };
        model.alternatives = model
            .choices()
            .iter()
            .map(|choice| Tree::of(&model, choice))
            .collect();
        Ok(model)
    }

    /// Returns the runs, in the order of the pipeline.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Returns the microservices that run, in the card's order.
    #[must_use]
    pub fn microservices(&self) -> &[String] {
        &self.microservices
    }

    /// Returns the groups of the pipeline, inner before outer.
    #[must_use]
    pub fn groups(&self) -> &[GroupClass] {
        &self.classes
    }

    /// Returns the names of the columns with the sizes of the pictures, which the test of the
    /// pipeline reads where they are there.
    #[must_use]
    pub fn size_columns(&self) -> Vec<&str> {
        let both = self.sizes.iter();
        both.flat_map(|(width, height)| [width.as_str(), height.as_str()])
            .collect()
    }

    /// Returns the names of the columns of `attempts` that are read: the total time, then
    /// execution and queue time of each run.
    #[must_use]
    pub fn columns(&self) -> Vec<&str> {
        let mut columns: Vec<&str> = self.total.as_deref().into_iter().collect();
        for run in &self.runs {
            columns.push(&run.service);
            columns.extend(run.queue.as_deref());
        }
        columns
    }

    /// Returns how many ways the pipeline is followed: one, or two for each undecided group.
    #[must_use]
    pub fn alternatives(&self) -> usize {
        self.alternatives.len()
    }

    /// Returns how many top-level steps there are.
    #[must_use]
    pub const fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Returns the numbers of the runs of one top-level step, in the order of [`Self::runs`].
    #[must_use]
    pub fn runs_of_step(&self, step: usize) -> Vec<usize> {
        fn below(node: &Node, runs: &mut Vec<usize>) {
            match node {
                Node::Run(run) => runs.push(*run),
                Node::Group { members, .. } => {
                    for member in members {
                        below(member, runs);
                    }
                }
            }
        }
        let mut runs = Vec::new();
        if let Some(node) = self.steps.get(step) {
            below(node, &mut runs);
        }
        runs
    }

    /// Returns the microservices that run in one top-level step, each once.
    #[must_use]
    pub fn microservices_of_step(&self, step: usize) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for run in self.runs_of_step(step) {
            let name = self.runs.get(run).map(|run| &run.microservice);
            names.extend(name.filter(|name| !names.contains(name)).cloned());
        }
        names
    }

    /// Returns the arrangement of each class as the card has it; undecided ones as given.
    pub(crate) fn arrangements(&self, undecided: &Arrangement) -> Vec<Arrangement> {
        let one = |class: &GroupClass| match class.kind {
            GroupKind::Series => Arrangement::Series,
            GroupKind::Parallel => Arrangement::Parallel,
            GroupKind::Undecided => undecided.clone(),
        };
        self.classes.iter().map(one).collect()
    }

    /// Every combination of both orders of the undecided groups; the first has all at once.
    fn choices(&self) -> Vec<Vec<Arrangement>> {
        let undecided: Vec<usize> = (0..self.classes.len())
            .filter(|class| {
                self.classes
                    .get(*class)
                    .is_some_and(|class| class.kind == GroupKind::Undecided)
            })
            .collect();
        let all_at_once = self.arrangements(&Arrangement::Parallel);
        if undecided.is_empty() {
            return vec![all_at_once];
        }
        if undecided.len() > MOST_CHOICES {
            return vec![all_at_once, self.arrangements(&Arrangement::Series)];
        }
        let mut choices = vec![all_at_once];
        for class in undecided {
            let turned: Vec<Vec<Arrangement>> = choices
                .iter()
                .map(|choice| {
                    let mut turned = choice.clone();
                    if let Some(here) = turned.get_mut(class) {
                        *here = Arrangement::Series;
                    }
                    turned
                })
                .collect();
            choices.extend(turned);
        }
        choices
    }
}

/// Width and height of each picture, by the card's size classes.
fn sizes(card: &Card) -> Vec<(String, String)> {
    let mut sizes: Vec<(String, String)> = Vec::new();
    for column in &card.transform {
        if let TransformRule::SizeClass { width, height } = &column.rule {
            let both = (width.clone(), height.clone());
            if !sizes.contains(&both) {
                sizes.push(both);
            }
        }
    }
    sizes
}

struct Reader<'a> {
    card: &'a Card,
    runs: Vec<Run>,
    classes: Vec<GroupClass>,
    /// What each class looks like, without pictures.
    signatures: Vec<String>,
    step: usize,
}

impl Reader<'_> {
    /// Returns the node and what it looks like without pictures; `None` where no time is.
    fn node(&mut self, step: &Step) -> Option<(Node, String)> {
        match step {
            Step::Untimed { .. } => None,
            Step::Run {
                microservice,
                image,
            } => self.run(microservice, image.as_deref()),
            Step::Series(members) => self.group(GroupKind::Series, members),
            Step::Parallel(members) => self.group(GroupKind::Parallel, members),
            Step::Undecided(members) => self.group(GroupKind::Undecided, members),
        }
    }

    fn run(&mut self, microservice: &str, image: Option<&str>) -> Option<(Node, String)> {
        let service = self
            .card
            .microservices
            .iter()
            .find(|service| service.name == microservice)?;
        let times = service
            .times
            .iter()
            .find(|times| times.image.as_deref() == image)?;
        self.runs.push(Run {
            microservice: microservice.to_owned(),
            image: image.map(str::to_owned),
            service: times.service.clone(),
            queue: times.queue.clone(),
        });
        Some((Node::Run(self.runs.len() - 1), microservice.to_owned()))
    }

    fn group(&mut self, kind: GroupKind, steps: &[Step]) -> Option<(Node, String)> {
        let mut members: Vec<(Node, String)> =
            steps.iter().filter_map(|step| self.node(step)).collect();
        if members.len() < 2 {
            return members.pop();
        }
        let (nodes, names): (Vec<Node>, Vec<String>) = members.into_iter().unzip();
        let sign = match kind {
            GroupKind::Series => " + ",
            GroupKind::Parallel => " | ",
            GroupKind::Undecided => " ? ",
        };
        let signature = format!("({})", names.join(sign));
        let known = self.signatures.iter().position(|one| *one == signature);
        let class = known.unwrap_or(self.classes.len());
        match self.classes.get_mut(class) {
            Some(same) => same.groups += 1,
            None => {
                let of_pictures = names.windows(2).all(|pair| pair.first() == pair.last());
                self.classes.push(GroupClass {
                    kind,
                    members: names,
                    groups: 1,
                    step: self.step,
                    of_pictures,
                });
                self.signatures.push(signature.clone());
            }
        }
        Some((
            Node::Group {
                class,
                members: nodes,
            },
            signature,
        ))
    }
}
