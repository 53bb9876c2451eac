//! `dysta schema`.

use clap::ValueEnum;
use dysta_config::fields::Kind;
use dysta_config::schema;

use super::output;

/// Arguments of `dysta schema`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Kind of configuration
    #[arg(value_enum, default_value = "system")]
    kind: Of,
    /// Print the reference page of the keys of all kinds in Markdown instead
    #[arg(long)]
    markdown: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Of {
    System,
    Scheduler,
    Accelerator,
    Workload,
    Policy,
    Benchmark,
    Target,
    Suite,
}

impl Of {
    fn kind(self) -> Kind {
        match self {
            Self::System => Kind::System,
            Self::Scheduler => Kind::Scheduler,
            Self::Accelerator => Kind::Accelerator,
            Self::Workload => Kind::Workload,
            Self::Policy => Kind::Policy,
            Self::Benchmark => Kind::Benchmark,
            Self::Target => Kind::Target,
            Self::Suite => Kind::Suite,
        }
    }
}

/// Prints a schema or the reference page.
pub fn run(args: &Args) -> anyhow::Result<()> {
    if args.markdown {
        return output::print(&schema::reference_page());
    }
    output::print_json(&schema::json_schema(args.kind.kind()))
}
