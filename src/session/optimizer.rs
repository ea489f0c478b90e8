//! Which rules shape a physical plan.

use super::Shape;
use super::windows::WindowsByGroup;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use std::sync::Arc;

/// DataFusion's rules but the one that carries filters down to scans after the plan is made. A scan holds its filter to be met by all its rows,
/// though it only passes over whole pages: below an aggregate or a join this makes columns constant that are not, and groups of rows that lie
/// in no order end before they are whole. Scans get their filters with the logical plan, where the filter itself stays right above.
///
/// Where memory is not short, groups of a window are evaluated as wholes.
pub fn rules(shape: Shape) -> Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>> {
    let mut rules = PhysicalOptimizer::new().rules;
    rules.retain(|rule| rule.name() != "FilterPushdown");
    if !matches!(shape, Shape::Narrow | Shape::Merging) {
        rules.push(Arc::new(WindowsByGroup));
    }
    rules
}
