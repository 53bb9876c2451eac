//! Registers: next values, enables, resets.

use std::collections::{BTreeMap, BTreeSet};

use super::{Scope, constant};
use crate::estimate::bits::{FALSE, Gate, Lit, TRUE, gate, is_constant, not};
use crate::vlog::{Expr, Stmt};

/// The next value of a register, and in which clocks it is taken, bit by bit.
#[derive(Debug, Clone)]
struct Next {
    enable: Vec<Lit>,
    value: Vec<Lit>,
}

impl Scope<'_> {
    /// Registers of one block: what their enables, resets and next values are made of.
    pub(super) fn registers(&mut self, body: &[Stmt]) {
        for next in self.next(body).into_values() {
            let mut value = next.value;
            let widest = value.iter().filter(|bit| !is_constant(**bit)).count();
            self.parts.registers += widest as u32;
            let enabled = next.enable.iter().any(|bit| !is_constant(*bit));
            let cleared = self.synchronous(&mut value);
            self.parts.held += if enabled { cleared } else { 0 };
            self.roots.extend(value);
            self.roots.extend(next.enable);
        }
    }

    /// Takes out of a register what its reset input does: a bit that most of its next values are combined with. Gives the number
    /// of those values.
    fn synchronous(&mut self, value: &mut [Lit]) -> u32 {
        let mut controls: BTreeMap<Lit, usize> = BTreeMap::new();
        for bit in value.iter() {
            if let Gate::And(a, b) = self.bits.gates[gate(*bit)] {
                *controls.entry(a).or_default() += 1;
                *controls.entry(b).or_default() += 1;
            }
        }
        let most = controls.into_iter().max_by_key(|(_, count)| *count);
        let Some((control, count)) = most else {
            return 0;
        };
        if count < 2 || 2 * count < value.len() {
            return 0;
        }
        self.roots.insert(control);
        for bit in value {
            match self.bits.gates[gate(*bit)] {
                Gate::And(a, b) if a == control => *bit = b,
                Gate::And(a, b) if b == control => *bit = a,
                _ => {}
            }
        }
        count as u32
    }

    fn next(&mut self, body: &[Stmt]) -> BTreeMap<String, Next> {
        let mut found: BTreeMap<String, Next> = BTreeMap::new();
        for stmt in body {
            let later = match stmt {
                Stmt::NonBlocking(target, value) => self.written(target, value),
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    let condition = self.truth(condition);
                    let (then, otherwise) = (self.next(then), self.next(otherwise));
                    self.either(condition, then, otherwise)
                }
                _ => BTreeMap::new(),
            };
            for (name, next) in later {
                match found.remove(&name) {
                    None => drop(found.insert(name, next)),
                    Some(former) => drop(found.insert(name, self.over(&former, &next))),
                }
            }
        }
        found
    }

    /// A later assignment over a former one.
    fn over(&mut self, former: &Next, later: &Next) -> Next {
        let bits = &mut self.bits;
        let count = later.value.len();
        Next {
            enable: (0..count)
                .map(|i| bits.or(former.enable[i], later.enable[i]))
                .collect(),
            value: (0..count)
                .map(|i| bits.mux(later.enable[i], later.value[i], former.value[i]))
                .collect(),
        }
    }

    fn written(&mut self, target: &Expr, value: &Expr) -> BTreeMap<String, Next> {
        let value = self.eval(value, self.width(target));
        let mut found = BTreeMap::new();
        if let Some((name, low, width)) = self.place(target) {
            let whole = self.widths.get(name).map_or(width, |(width, _)| *width) as usize;
            let mut next = Next {
                enable: vec![FALSE; whole],
                value: vec![FALSE; whole],
            };
            for (bit, value) in value.into_iter().enumerate() {
                let at = low as usize + bit;
                if at < whole {
                    (next.enable[at], next.value[at]) = (TRUE, value);
                }
            }
            found.insert(name.to_owned(), next);
        } else if let Expr::Index(base, at) = target
            && let Expr::Id(name) = &**base
        {
            let whole = self
                .widths
                .get(name.as_str())
                .map_or(1, |(width, _)| *width);
            let at = self.eval(at, self.width(at));
            let enable = (0..whole)
                .map(|i| {
                    self.bits
                        .equal(&at, &constant(u128::from(i), at.len() as u32))
                })
                .collect();
            let value = vec![value.first().copied().unwrap_or(FALSE); whole as usize];
            found.insert(name.clone(), Next { enable, value });
        }
        found
    }

    /// A constant on one side is a reset: it takes no logic but its condition.
    fn either(
        &mut self,
        condition: Lit,
        then: BTreeMap<String, Next>,
        otherwise: BTreeMap<String, Next>,
    ) -> BTreeMap<String, Next> {
        let names: BTreeSet<String> = then.keys().chain(otherwise.keys()).cloned().collect();
        let joined = names.into_iter().map(|name| {
            let width = self
                .widths
                .get(name.as_str())
                .map_or(1, |(width, _)| *width);
            let hold = Next {
                enable: vec![FALSE; width as usize],
                value: vec![FALSE; width as usize],
            };
            let (a, b) = (then.get(&name), otherwise.get(&name));
            let next = self.joined(condition, a.unwrap_or(&hold), b.unwrap_or(&hold));
            (name, next)
        });
        joined.collect()
    }

    fn joined(&mut self, condition: Lit, then: &Next, otherwise: &Next) -> Next {
        let (mut enable, mut value) = (Vec::new(), Vec::new());
        for i in 0..then.value.len().min(otherwise.value.len()) {
            let ways = [
                (then.enable[i], then.value[i]),
                (otherwise.enable[i], otherwise.value[i]),
            ];
            let (e, v) = match ways {
                [(FALSE, _), (e, v)] => (self.bits.and(not(condition), e), v),
                [(e, v), (FALSE, _)] => (self.bits.and(condition, e), v),
                [(TRUE, reset), (e, v)] if is_constant(reset) && !is_constant(v) => {
                    self.roots.insert(condition);
                    (e, v)
                }
                [(e, v), (TRUE, reset)] if is_constant(reset) && !is_constant(v) => {
                    self.roots.insert(condition);
                    (e, v)
                }
                [(e, v), (f, w)] => {
                    let chosen = self.bits.mux(condition, v, w);
                    (self.bits.mux(condition, e, f), chosen)
                }
            };
            enable.push(e);
            value.push(v);
        }
        Next { enable, value }
    }
}
