select
    dimensions.lead_id,
    windows.window_days
from reference.windows as windows
inner join funnel.lead_dimensions as dimensions on windows.segment = dimensions.part
where dimensions.dimension = 'segment'
