select
    lifts.trial as program,
    lifts.goal,
    lifts.channel,
    lifts.band,
    lifts.treated,
    lifts.held_out,
    lifts.treated_reached,
    lifts.held_out_reached,
    lifts.unmatched,
    lifts.treated_rate,
    lifts.held_out_rate,
    lifts.pp_lift,
    lifts.pp_lower,
    lifts.pp_upper,
    lifts.rel_lift,
    lifts.rel_lower,
    lifts.rel_upper,
    benchmarks.value as benchmark,
    case
        when lifts.rel_lower > benchmarks.value then 'above'
        when lifts.rel_upper < benchmarks.value then 'below'
        when lifts.rel_lower is not null and benchmarks.value is not null then 'not told apart'
    end as against_benchmark,
    lifts.is_low_count
from funnel.matched_lifts as lifts
left join reference.benchmarks as benchmarks
    on lifts.goal = 'won'
        and benchmarks.metric = 'nurture_lift'
        and benchmarks.segment = '(all)'
where lifts.comparison = 'nurture'
