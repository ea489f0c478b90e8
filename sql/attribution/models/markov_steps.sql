-- Steps weigh what is lost without their channel. A relative of markov_1 at the level of touches; its totals are its own.
select
    steps.step_id,
    coalesce(effects.effect, 1.0) as weight
from journey.steps as steps
left join attribution.removal_effects as effects
    on steps.anchor = effects.anchor
        and steps.channel = effects.channel
        and effects.markov_order = $markov_order
