//! Combinational blocks.

use std::collections::BTreeSet;

use super::{Scope, Words, literal};
use crate::estimate::bits::{FALSE, Lit};
use crate::vlog::{CaseArm, Expr, Item, Stmt};

/// Words of a table of constants from which on it is treated as a memory.
const LARGE_TABLE: usize = 8;

impl Scope<'_> {
    pub(super) fn block(&mut self, item: usize) -> Words {
        if let Some(words) = self.blocks.get(&item) {
            return words.clone();
        }
        let Item::AlwaysComb(body) = &self.module.items[item] else {
            return Words::new();
        };
        let outside = self.local.replace(Words::new());
        self.run(body);
        let words = std::mem::replace(&mut self.local, outside).unwrap_or_default();
        self.blocks.insert(item, words.clone());
        words
    }

    /// Runs the statements of a combinational block.
    fn run(&mut self, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Blocking(target, value) => {
                    let value = self.eval(value, self.width(target));
                    self.set(target, value);
                }
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let condition = self.truth(condition);
                    let before = self.local.clone();
                    self.run(then);
                    let then = std::mem::replace(&mut self.local, before).unwrap_or_default();
                    self.run(otherwise);
                    self.merge(condition, &then);
                }
                Stmt::Case {
                    subject,
                    arms,
                    default,
                } => {
                    self.read_only_table(subject, arms);
                    let subject = self.eval(subject, self.width(subject));
                    let before = self.local.clone();
                    let mut ways = Vec::new();
                    for arm in arms {
                        self.run(&arm.body);
                        let words = std::mem::replace(&mut self.local, before.clone());
                        let words = words.unwrap_or_default();
                        let labels = arm.labels.iter().filter_map(literal);
                        ways.extend(labels.map(|label| (label, words.clone())));
                    }
                    self.run(default.as_deref().unwrap_or_default());
                    self.branch(&subject, &ways);
                }
                Stmt::NonBlocking(..) | Stmt::Comment(_) => {}
            }
        }
    }

    /// Yosys takes a choice among constants for a memory that is only read; where a register addresses it, the words are kept
    /// in registers, too.
    fn read_only_table(&mut self, subject: &Expr, arms: &[CaseArm]) {
        let word = |arm: &CaseArm| match &arm.body[..] {
            [Stmt::Blocking(target, value)] if literal(value).is_some() => Some(self.width(target)),
            _ => None,
        };
        let words: Option<Vec<u32>> = arms.iter().map(word).collect();
        let Some(width) = words.and_then(|words| words.first().copied()) else {
            return;
        };
        let above = self.width(subject).saturating_sub(6);
        self.parts.constants += width * above;
        let is_register = |item: &Item| match (item, subject) {
            (Item::AlwaysFf { body, .. }, Expr::Id(name)) => {
                let mut names = BTreeSet::new();
                targets(body, &mut names);
                names.contains(name)
            }
            _ => false,
        };
        if arms.len() >= LARGE_TABLE && self.module.items.iter().any(is_register) {
            self.parts.registers += width;
        }
    }

    fn set(&mut self, target: &Expr, value: Vec<Lit>) {
        let Some((name, low, width)) = self.place(target) else {
            return;
        };
        let whole = self.widths.get(name).map_or(width, |(width, _)| *width);
        let mut word = match self.local.as_ref().and_then(|local| local.get(name)) {
            Some(word) => word.clone(),
            None => vec![FALSE; whole as usize],
        };
        for (bit, value) in value.into_iter().enumerate() {
            if let Some(place) = word.get_mut(low as usize + bit) {
                *place = value;
            }
        }
        if let Some(local) = &mut self.local {
            local.insert(name.to_owned(), word);
        }
    }

    /// Where the condition holds, the words of `then` in place of the present ones.
    fn merge(&mut self, condition: Lit, then: &Words) {
        let mut local = self.local.take().unwrap_or_default();
        for (name, value) in then {
            let word = match local.get(name) {
                Some(otherwise) => self.bits.choose(condition, value, otherwise),
                None => value.clone(),
            };
            local.insert(name.clone(), word);
        }
        self.local = Some(local);
    }

    /// The words of the way whose label the subject has; else the present ones.
    fn branch(&mut self, subject: &[Lit], ways: &[(u128, Words)]) {
        let mut local = self.local.take().unwrap_or_default();
        let names: BTreeSet<String> = ways
            .iter()
            .flat_map(|(_, words)| words.keys().cloned())
            .collect();
        for name in names {
            let labelled: Vec<(u128, &Vec<Lit>)> = ways
                .iter()
                .filter_map(|(label, words)| Some((*label, words.get(&name)?)))
                .collect();
            let default = local.get(&name).cloned();
            let default = default.or_else(|| labelled.first().map(|(_, word)| (*word).clone()));
            let word = self.pick(subject, &labelled, &default.unwrap_or_default());
            local.insert(name, word);
        }
        self.local = Some(local);
    }

    fn pick(&mut self, subject: &[Lit], ways: &[(u128, &Vec<Lit>)], default: &[Lit]) -> Vec<Lit> {
        let (Some((top, rest)), false) = (subject.split_last(), ways.is_empty()) else {
            return ways
                .first()
                .map_or(default.to_vec(), |(_, word)| (*word).clone());
        };
        let is_high = |way: &(u128, &Vec<Lit>)| (way.0 >> rest.len()) & 1 == 1;
        let (high, low): (Vec<_>, Vec<_>) = ways.iter().copied().partition(is_high);
        let (high, low) = (
            self.pick(rest, &high, default),
            self.pick(rest, &low, default),
        );
        self.bits.choose(*top, &high, &low)
    }
}

/// Nets that a combinational block assigns.
pub(super) fn targets(body: &[Stmt], names: &mut BTreeSet<String>) {
    for stmt in body {
        match stmt {
            Stmt::Blocking(target, _) | Stmt::NonBlocking(target, _) => {
                let mut target = target;
                while let Expr::Index(base, _) | Expr::Slice(base, ..) | Expr::Part(base, ..) =
                    target
                {
                    target = base;
                }
                if let Expr::Id(name) = target {
                    names.insert(name.clone());
                }
            }
            Stmt::If {
                then, otherwise, ..
            } => {
                targets(then, names);
                targets(otherwise, names);
            }
            Stmt::Case { arms, default, .. } => {
                for arm in arms {
                    targets(&arm.body, names);
                }
                targets(default.as_deref().unwrap_or_default(), names);
            }
            Stmt::Comment(_) => {}
        }
    }
}
