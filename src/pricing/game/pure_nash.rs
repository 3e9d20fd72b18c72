/// Joint actions in which no platform gains by changing its own action, ascending.
///
/// Joint actions are numbered with the last platform varying fastest.
pub(super) fn pure_nash(actions: &[usize], profit: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let joint_actions: usize = actions.iter().product();
    let mut is_nash = vec![true; joint_actions];
    let mut stride = joint_actions;
    for (platform, &count) in actions.iter().enumerate() {
        let block = stride;
        stride /= count;
        // Joint actions that differ only in this platform's action.
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
