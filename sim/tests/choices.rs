//! Fast choices are the plain ones: on random workloads full of ties, every policy that skips or keeps work chooses as one that scores all.

use dysta_config::system::check_system;
use dysta_sim::engine::{
    Costs, DecisionCost, Monitor, Needs, Open, Options, Policy, Predictor, Profiles, Recorder,
    SampleUse, ScoreEnv, Semantics, run,
};
use dysta_sim::float::{FloatScore, Scale};
use dysta_sim::policies::{BEYOND, Expression, Scores, Settings, of_paper};
use dysta_sim::table::Request;
use dysta_sim::trace::{LayerMeta, ProfileTrace, SampleTrace};
use proptest::prelude::*;

/// Latencies in quarters, so that sums are exact and ties frequent.
fn sample(layers: usize) -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let latency = (1_u8..6).prop_map(|quarters| f64::from(quarters) / 4.0);
    let sparsity = (0_u8..5).prop_map(|eighths| f64::from(eighths) / 8.0);
    (
        prop::collection::vec(latency, layers),
        prop::collection::vec(sparsity, layers),
    )
}

fn trace(index: usize) -> impl Strategy<Value = ProfileTrace> {
    let layers = 3 + index;
    let meta = |layer: usize| LayerMeta {
        name: layer.to_string(),
        elements: 16,
    };
    prop::collection::vec(sample(layers), 1..4).prop_map(move |samples| ProfileTrace {
        name: format!("net{index}.dense"),
        model: format!("net{index}"),
        layers: (0..layers).map(meta).collect(),
        samples: samples
            .into_iter()
            .zip(0..)
            .map(|((latency_s, sparsity), id)| SampleTrace {
                id,
                latency_s,
                sparsity,
            })
            .collect(),
    })
}

#[derive(Debug, Clone)]
struct Case {
    traces: Vec<ProfileTrace>,
    requests: Vec<Request>,
    options: Options,
}

fn options() -> impl Strategy<Value = Options> {
    let predictors = [
        Predictor::None,
        Predictor::DensityLast,
        Predictor::DensityLastN(2),
        Predictor::DensityAverage,
        Predictor::LatencyRatio,
    ];
    let costs = [0.0, 0.25, 0.1];
    let published = prop::sample::select(vec![Semantics::Correct, Semantics::Published2023]);
    let cost = || prop::sample::select(costs.to_vec());
    let predictor = prop::sample::select(predictors.to_vec());
    let made = |(semantics, predictor, decision, preemption_s, admission_s)| Options {
        semantics,
        predictor,
        costs: Costs {
            decision: DecisionCost::Fixed(decision),
            preemption_s,
            preemption_share: 0.0,
            admission_s,
        },
    };
    (published, predictor, cost(), cost(), cost()).prop_map(made)
}

fn case() -> impl Strategy<Value = Case> {
    let request = (0_u8..3, 0..2_usize, 0_usize..6, 1_u32..10, 1_u8..40);
    let traces = (trace(0), trace(1));
    (traces, prop::collection::vec(request, 1..40), options()).prop_map(
        |(traces, rows, options)| {
            let traces = vec![traces.0, traces.1];
            let mut arrival_s = 0.0;
            let requests = rows
                .into_iter()
                .map(|(gap, profile, sample, priority, target)| {
                    arrival_s += f64::from(gap) / 4.0;
                    Request {
                        profile,
                        sample: sample % traces[profile].samples.len(),
                        arrival_s,
                        target_s: f64::from(target),
                        priority,
                    }
                });
            Case {
                requests: requests.collect(),
                traces: traces.clone(),
                options,
            }
        },
    )
}

/// Every layer, time and value of a run; numbers as their bits.
type Played = (Vec<(u64, u32)>, Vec<u64>, Vec<Vec<u64>>);

fn play(case: &Case, policy: &mut dyn Policy) -> Played {
    let profiles = Profiles::new(&case.traces, Monitor::Sparsity, SampleUse::Shared);
    let mut recorder = Recorder::with_decisions();
    let mut requests = Open::new(case.requests.iter().copied());
    let profiles = profiles.expect("one pattern each");
    run(
        &profiles,
        &mut requests,
        policy,
        &case.options,
        &mut recorder,
    )
    .expect("valid requests");
    let ends = recorder.layers.iter().map(|run| run.end_s.to_bits());
    let values = recorder.decisions.iter().map(|decision| {
        let values = decision.queue.iter().flat_map(|entry| &entry.values);
        values.map(|value| value.to_bits()).collect()
    });
    (recorder.schedule.clone(), ends.collect(), values.collect())
}

/// Policy `dysta` as it is written down, over all candidates.
fn dysta(env: &ScoreEnv) -> f64 {
    let left = env.gamma * env.lat_remaining;
    let slack = (env.deadline - env.now) - left;
    let slack = if slack < 0.0 { 0.0 } else { slack };
    left + 0.01 * (slack + ((env.now - env.last_run) / env.isolated) / env.queue)
}

proptest! {
    #[test]
    fn skipped_candidates_could_not_win(case in case()) {
        for name in ["dysta", "dysta_naive", "dysta_oracle"] {
            let mut fast = of_paper(name, &Settings::published()).expect("a policy");
            let needs: Needs = fast.needs();
            let plain = play(&case, &mut Scores::new(needs, dysta));
            let fast = play(&case, &mut *fast);
            prop_assert_eq!((fast.0, fast.1), (plain.0, plain.1), "{}", name);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases / 4,
        ..ProptestConfig::default()
    })]

    #[test]
    fn kept_values_are_those_of_the_expression(case in case()) {
        for (compiled, score) in presets() {
            let mut compiled: Expression = compiled.clone();
            let mut plain = Scores::new(compiled.needs(), score.clone());
            prop_assert_eq!(play(&case, &mut compiled), play(&case, &mut plain), "{}", compiled.name());
        }
    }
}

/// The presets of the policy language, and scores with what none of them has.
fn presets() -> &'static [(Expression, FloatScore)] {
    static PRESETS: std::sync::OnceLock<Vec<(Expression, FloatScore)>> = std::sync::OnceLock::new();
    PRESETS.get_or_init(|| {
        let own = [
            "select(running < 1, isolated, 0) + lat_remaining * inv_queue + priority * isolated",
            "max(now - arrival, isolated) * inv_isolated * (layer + queue) * (1 - running)",
            "min(lat_remaining, isolated) * 3 - lat_remaining",
            "queue + inv_queue",
            "inv_queue * lat_remaining * inv_isolated",
            "select(layer <= 1, lat_remaining, deadline - now)",
        ];
        let named = ["dysta", "sjf_sparse"]
            .iter()
            .chain(&BEYOND)
            .map(|name| format!("={name}"));
        let own = own.iter().map(|score| format!(".score={score}"));
        named
            .chain(own)
            .map(|set| compile(&format!("scheduler.policy{set}")))
            .collect()
    })
}

fn compile(set: &str) -> (Expression, FloatScore) {
    let (system, _) = check_system("edge", &[set.to_owned()]).expect("a policy");
    let (program, spec) = (&system.scheduler.program, &system.scheduler.spec.policy);
    let scale = Scale::seconds(1, 1.5);
    (
        Expression::new(program, spec, scale),
        FloatScore::new(program, spec, scale),
    )
}
