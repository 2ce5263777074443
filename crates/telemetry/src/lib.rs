//! Logs, traces, metrics and named tasks. Knows the technique, none of our nouns.

mod metrics_page;
mod propagation;
mod task;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::WithExportConfig as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde::Deserialize;
use thiserror::Error;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::{
    EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

pub use metrics_page::{MetricsPage, install_metrics};
pub use propagation::{continue_trace, current_traceparent};
pub use task::spawn;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    #[default]
    Pretty,
    Json,
}

/// What to log, how, and where traces go.
#[derive(Clone, Debug)]
pub struct TelemetryConfig {
    /// A filter in `tracing`'s own words, such as `info` or `gateway=debug,info`.
    pub filter: String,
    pub format: LogFormat,
    /// The OTLP collector's base URL (HTTP, protobuf); none: traces stay in the log.
    pub otlp_endpoint: Option<String>,
}

/// Telemetry could not be set up; the sentence names the setting.
#[derive(Debug, Error)]
pub enum TelemetryError {
    #[error("the log filter is not valid")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    #[error("the OTLP exporter could not be built")]
    Otlp(#[source] opentelemetry_otlp::ExporterBuildError),
    #[error("telemetry was set up before in this process")]
    Twice(#[source] tracing_subscriber::util::TryInitError),
}

/// Keeps the exporter alive; dropping it sends what is left.
#[must_use = "traces are lost when this is dropped at once"]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take()
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Sets up logs on standard error and, where an endpoint is given, traces over OTLP.
pub fn init(config: &TelemetryConfig) -> Result<Telemetry, TelemetryError> {
    let filter = EnvFilter::try_new(&config.filter).map_err(TelemetryError::Filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match config.format {
        LogFormat::Pretty => lines.with_target(true).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let exported = Targets::new().with_default(LevelFilter::INFO);
    let provider = config
        .otlp_endpoint
        .as_deref()
        .map(tracer_provider)
        .transpose()?;
    // Spans carry a trace id even when nothing is exported, so that one trace runs through every service's log.
    let tracer = provider.clone().unwrap_or_default().tracer("okdokument");
    opentelemetry::global::set_text_map_propagator(
        opentelemetry_sdk::propagation::TraceContextPropagator::new(),
    );
    tracing_subscriber::registry()
        // The filter is for lines only: traces and the id that runs through them do not depend on how much is logged.
        .with(lines.with_filter(filter))
        .with(
            tracing_opentelemetry::layer()
                .with_tracer(tracer)
                .with_filter(exported),
        )
        .try_init()
        .map_err(TelemetryError::Twice)?;
    Ok(Telemetry(provider))
}

fn tracer_provider(endpoint: &str) -> Result<SdkTracerProvider, TelemetryError> {
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .map_err(TelemetryError::Otlp)?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(
            opentelemetry_sdk::Resource::builder()
                .with_service_name("okdokument")
                .build(),
        )
        .build())
}
