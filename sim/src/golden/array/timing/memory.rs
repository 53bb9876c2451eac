//! The memory and the two readers in front of it.

use std::collections::VecDeque;

use dysta_config::accelerator::Accelerator;

/// Bytes of a word of the streams.
const WORD: u32 = 16;
/// Bytes that no burst crosses.
const LINE: u32 = 256;

/// How transfers, words and lines of 256 bytes go together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transfers {
    /// Bytes of an entry of a buffer: a word, or what a wider transfer brings.
    pub entry_bytes: u32,
    /// Words of an entry.
    pub words: u32,
    /// Transfers of an entry.
    pub each: u32,
    /// Entries of a line.
    pub line: u32,
}

impl Transfers {
    pub fn new(a: &Accelerator) -> Self {
        let entry_bytes = a.memory_bytes().max(WORD);
        Self {
            entry_bytes,
            words: entry_bytes / WORD,
            each: entry_bytes / a.memory_bytes(),
            line: LINE / entry_bytes,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Burst {
    user: usize,
    transfers: u32,
    due: u64,
}

/// A memory that passes one transfer a clock in either direction, each burst some clocks after it was taken.
#[derive(Debug)]
pub(super) struct Memory {
    latency: u64,
    pub now: u64,
    reads: VecDeque<Burst>,
    /// Transfers of the write bursts.
    writes: VecDeque<u32>,
    /// Clocks in which they are answered.
    answers: VecDeque<u64>,
    read_turn: bool,
    /// Transfers so far.
    pub read: u64,
    pub written: u64,
}

/// What passes in a clock: a transfer to a reader, one from the writer, an answer to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved {
    pub read: Option<usize>,
    pub write: bool,
    pub answer: bool,
}

impl Memory {
    pub fn new(latency: u64) -> Self {
        Self {
            latency,
            now: 0,
            reads: VecDeque::new(),
            writes: VecDeque::new(),
            answers: VecDeque::new(),
            read_turn: true,
            read: 0,
            written: 0,
        }
    }

    /// What passes in this clock, if the writer offers a transfer. Whoever went last goes on.
    pub fn pass(&mut self, offered: bool) -> Moved {
        let due = |due: u64| due <= self.now;
        let mut read = self.reads.front().is_some_and(|burst| due(burst.due));
        let mut write = offered && !self.writes.is_empty();
        let answer = self.answers.front().is_some_and(|answer| due(*answer));
        if read && write {
            *if self.read_turn {
                &mut write
            } else {
                &mut read
            } = false;
        }
        if answer {
            self.answers.pop_front();
        }
        if write {
            self.take_write();
        }
        Moved {
            read: if read { self.take_read() } else { None },
            write,
            answer,
        }
    }

    fn take_read(&mut self) -> Option<usize> {
        self.read += 1;
        self.read_turn = true;
        let burst = self.reads.front_mut()?;
        let user = burst.user;
        burst.transfers -= 1;
        if burst.transfers == 0 {
            self.reads.pop_front();
        }
        Some(user)
    }

    fn take_write(&mut self) {
        self.written += 1;
        self.read_turn = false;
        let Some(transfers) = self.writes.front_mut() else {
            return;
        };
        *transfers -= 1;
        if *transfers == 0 {
            self.writes.pop_front();
            self.answers.push_back(self.now + self.latency);
        }
    }

    /// A reader asks for a burst.
    pub fn ask(&mut self, user: usize, transfers: u32) {
        let due = self.now + self.latency;
        self.reads.push_back(Burst {
            user,
            transfers,
            due,
        });
    }

    /// The writer announces a burst.
    pub fn announce(&mut self, transfers: u32) {
        self.writes.push_back(transfers);
    }
}

/// A run of words that is read ahead of its user.
#[derive(Debug)]
pub(super) struct Fetch {
    transfers: Transfers,
    /// Entries of a run; its place among entries.
    entries: u32,
    begin: u32,
    address: u32,
    left: u32,
    times: u32,
    /// Entries for which there must still be room when a burst is asked for.
    room: u32,
    reserved: u32,
    missing: u32,
    stored: u32,
    valid: bool,
    /// Transfers of the entry that arrives, words of the one that is handed out.
    part: u32,
    word: u32,
}

impl Fetch {
    pub fn new(a: &Accelerator, address: u32, words: u32, times: u32) -> Self {
        let transfers = Transfers::new(a);
        let entries = words / transfers.words;
        Self {
            transfers,
            entries,
            begin: address / transfers.entry_bytes,
            address: address / transfers.entry_bytes,
            left: entries,
            times,
            room: a.prefetch_words / transfers.words - transfers.line,
            reserved: 0,
            missing: 0,
            stored: 0,
            valid: false,
            part: 0,
            word: 0,
        }
    }

    /// A word is there.
    pub fn valid(&self) -> bool {
        self.valid
    }

    fn busy(&self) -> bool {
        self.missing != 0 || self.left != 0
    }

    /// More is to come and nothing is there.
    pub fn dry(&self) -> bool {
        self.busy() && !self.valid
    }

    /// Transfers of the burst that is offered.
    pub fn offers(&self) -> Option<u32> {
        let offers = self.left != 0 && self.reserved <= self.room;
        offers.then(|| self.burst() * self.transfers.each)
    }

    fn burst(&self) -> u32 {
        let line = self.transfers.line;
        self.left.min(line - self.address % line)
    }

    /// One clock: the user takes the word, the burst is taken, a transfer arrives, the length of the run is told.
    pub fn step(&mut self, ready: bool, asked: bool, arrives: bool, total: Option<u32>) {
        let part = self.part + u32::from(arrives);
        let arrived = part == self.transfers.each;
        self.part = if arrived { 0 } else { part };
        let leaves = self.valid && ready;
        let ends = leaves && self.word + 1 == self.transfers.words;
        if leaves {
            self.word = if ends { 0 } else { self.word + 1 };
        }
        let reads = self.stored != 0 && (!self.valid || ends);
        let asks = if asked { self.burst() } else { 0 };
        self.advance(asks, total);
        self.reserved = self.reserved + asks - u32::from(ends);
        self.missing = self.missing + asks - u32::from(arrived);
        self.stored = self.stored + u32::from(arrived) - u32::from(reads);
        self.valid = reads || (self.valid && !ends);
    }

    fn advance(&mut self, asks: u32, total: Option<u32>) {
        if asks != 0 && asks == self.left && self.times != 1 {
            self.left = self.entries;
            self.address = self.begin;
            self.times = self.times.wrapping_sub(1);
            return;
        }
        let total = total.map_or(0, |words| words.div_ceil(self.transfers.words));
        self.left = self.left - asks + total.saturating_sub(self.entries);
        self.address += asks;
    }
}
