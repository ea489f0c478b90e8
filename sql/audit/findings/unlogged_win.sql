-- As the rate logged_win counts them.
select
    opportunities.source,
    'opportunities' as entity,
    opportunities.opportunity_id as entity_id,
    opportunities.record_id as related_id,
    'won, and until then nobody wrote down a single call, mail, meeting or task' as evidence
from funnel.rate_members as members
inner join entities.opportunities as opportunities
    on members.member_id = opportunities.opportunity_id
where members.rate = 'logged_win' and members.is_judged and not members.is_reached
