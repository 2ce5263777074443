//! Metrics in Prometheus' text form.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Renders what was counted so far.
#[derive(Clone, Copy, Debug)]
pub struct MetricsPage(());

impl MetricsPage {
    pub fn render(self) -> String {
        HANDLE
            .get()
            .map(PrometheusHandle::render)
            .unwrap_or_default()
    }
}

/// Starts to count; a second call in one process returns the same page.
pub fn install_metrics() -> MetricsPage {
    if HANDLE.get().is_none()
        && let Ok(handle) = PrometheusBuilder::new().install_recorder()
    {
        HANDLE.get_or_init(|| handle);
    }
    MetricsPage(())
}
