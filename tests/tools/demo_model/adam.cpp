#include "tests/tools/demo_model/adam.h"

#include <cmath>

namespace quantscope::demo {

Adam::Adam(std::vector<torch::Tensor> weights, AdamOptions options) : m_options(options) {
    for (torch::Tensor& weight : weights)
        m_states.push_back({weight, torch::zeros_like(weight), torch::zeros_like(weight)});
}

double Adam::step(std::vector<torch::Tensor>& gradients, double learningRate) {
    at::NoGradGuard guard;
    double squares = 0;
    for (const torch::Tensor& gradient : gradients)
        squares += gradient.square().sum().item<double>();
    const double norm = std::sqrt(squares);
    const double clip = std::min(1.0, m_options.maximumNorm / (norm + 1e-6));

    ++m_steps;
    const double meanScale = 1 - std::pow(m_options.beta1, double(m_steps));
    const double squareScale = 1 - std::pow(m_options.beta2, double(m_steps));
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        State& state = m_states[i];
        torch::Tensor& gradient = gradients[i].mul_(clip);
        state.mean.mul_(m_options.beta1).add_(gradient, 1 - m_options.beta1);
        state.square.mul_(m_options.beta2).addcmul_(gradient, gradient, 1 - m_options.beta2);
        if (state.weight.dim() > 1)
            state.weight.mul_(1 - learningRate * m_options.weightDecay);
        const torch::Tensor divisor = (state.square / squareScale).sqrt_().add_(m_options.epsilon);
        state.weight.addcdiv_(state.mean, divisor, -learningRate / meanScale);
    }
    return norm;
}

} // namespace quantscope::demo
