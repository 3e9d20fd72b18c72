/// Joint actions in which no platform gains by another action of its own, ascending.
///
/// Joint actions are counted with the last platform fastest.
pub(super) fn pure_nash(actions: &[usize], profit: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let joint_actions: usize = actions.iter().product();
    let mut is_nash = vec![true; joint_actions];
    let mut stride = joint_actions;
    for (platform, &count) in actions.iter().enumerate() {
        let block = stride;
        stride /= count;
        // Joint actions that differ in this platform's action only.
        for first in (0..joint_actions)
            .step_by(block)
            .flat_map(|at| at..at + stride)
        {
            let row = || (0..count).map(|action| first + action * stride);
            let best = row()
                .map(|joint| profit(platform, joint))
                .fold(f64::MIN, f64::max);
            row()
                .filter(|&joint| profit(platform, joint) < best)
                .for_each(|joint| is_nash[joint] = false);
        }
    }
    (0..joint_actions).filter(|&joint| is_nash[joint]).collect()
}
