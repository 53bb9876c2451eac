//! The writer: words go to memory in bursts, then their number.

use dysta_config::accelerator::Accelerator;

use super::memory::{Memory, Moved, Transfers};

/// Bursts that may be under way.
const OPEN: u32 = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Collect,
    Send,
    Await,
}

#[derive(Debug)]
pub(super) struct Write {
    transfers: Transfers,
    state: State,
    header_address: u32,
    /// In entries, as all that follows.
    address: u32,
    held: u32,
    left: u32,
    length: u32,
    ends: bool,
    header: bool,
    announces: bool,
    open: u32,
    /// Words of the entry that is filled, transfers of the one that leaves.
    word: u32,
    part: u32,
}

impl Write {
    pub fn new(a: &Accelerator, address: u32) -> Self {
        let transfers = Transfers::new(a);
        let entry = address / transfers.entry_bytes;
        // The number of words stands in front, in the first entry or in one of its own.
        let alone = transfers.words == 1;
        Self {
            transfers,
            state: State::Collect,
            header_address: entry,
            address: entry + u32::from(alone),
            held: 0,
            left: 0,
            length: 0,
            ends: false,
            header: false,
            announces: false,
            open: 0,
            word: if alone { 0 } else { 1 },
            part: 0,
        }
    }

    /// It takes a word.
    pub fn ready(&self) -> bool {
        !self.ends && self.held != 2 * self.transfers.line
    }

    /// It offers a transfer.
    pub fn offers(&self) -> bool {
        self.state == State::Send && self.left != 0
    }

    /// All is written with the answer that comes.
    pub fn is_answered(&self, moved: &Moved) -> bool {
        self.header && !self.announces && self.open == 1 && moved.answer
    }

    /// One clock: a word that it takes, and whether it is the last; what passes to and from memory.
    pub fn step(&mut self, memory: &mut Memory, word: Option<bool>, moved: &Moved) {
        let line = self.transfers.line;
        let until_line = line - self.address % line;
        let full = self.held >= until_line;
        let is_header = self.ends && self.held == 0;
        let sent = match (is_header, full) {
            (true, _) => 1,
            (false, true) => until_line,
            (false, false) => self.held,
        };
        let announced = self.announces;
        if announced {
            memory.announce(self.length * self.transfers.each);
        }
        let open = self.open;
        self.open = open + u32::from(announced) - u32::from(moved.answer);
        self.announces = false;
        let pops = self.pop(moved.write);
        if self.state == State::Collect && is_header {
            self.address = self.header_address;
        } else if announced {
            self.address += self.length;
        }
        match self.state {
            State::Collect => {
                self.length = sent;
                if open < OPEN && (full || self.ends) {
                    self.state = State::Send;
                    self.header = is_header;
                    self.left = sent;
                    self.announces = true;
                }
            }
            State::Send if self.left == 0 && !announced => {
                self.state = if self.header {
                    State::Await
                } else {
                    State::Collect
                };
            }
            State::Send => self.left -= u32::from(pops),
            State::Await => {}
        }
        let pops_data = pops && !self.header;
        self.held = self.held + u32::from(self.push(word)) - u32::from(pops_data);
        self.ends |= word == Some(true);
    }

    /// A transfer leaves; tells whether its entry does.
    fn pop(&mut self, transfer: bool) -> bool {
        self.part += u32::from(transfer);
        let ends = self.part == self.transfers.each;
        if ends {
            self.part = 0;
        }
        ends
    }

    /// A word comes; tells whether an entry is complete.
    fn push(&mut self, word: Option<bool>) -> bool {
        let Some(last) = word else {
            return false;
        };
        let ends = self.word + 1 == self.transfers.words || last;
        self.word = (self.word + 1) % self.transfers.words;
        ends
    }
}
