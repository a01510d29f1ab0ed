package io.waybill.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestBuilders.formLogin;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.csrf;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.httpBasic;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.user;
import static org.springframework.security.test.web.servlet.response.SecurityMockMvcResultMatchers.authenticated;
import static org.springframework.security.test.web.servlet.response.SecurityMockMvcResultMatchers.unauthenticated;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.waybill.console.fakes.FakeWaybill;
import jakarta.servlet.RequestDispatcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootTest(
        classes = {FakeWaybill.class, ConsoleSecurityTest.Api.class},
        properties = {
            "waybill.console.operator-password=" + ConsoleSecurityTest.PASSWORD,
            "waybill.console.max-upload=1MB",
            "management.endpoint.health.probes.enabled=true"
        })
@AutoConfigureMockMvc
class ConsoleSecurityTest {

    static final String PASSWORD = "correct-horse";

    @Autowired
    private MockMvc mvc;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/failures",
                "/dead-letters",
                "/dead-letters/x",
                "/flows",
                "/incidents",
                "/upload",
                "/nowhere"
            })
    void pages_ask_for_a_login(String page) throws Exception {
        mvc.perform(get(page)).andExpect(redirectedUrl("/login"));
    }

    @Test
    void the_operator_logs_in_with_the_password_and_nothing_else() throws Exception {
        mvc.perform(formLogin().user("operator").password(PASSWORD))
                .andExpect(authenticated().withRoles("OPERATOR"));
        mvc.perform(formLogin().user("operator").password("wrong")).andExpect(unauthenticated());
        mvc.perform(formLogin().user("admin").password(PASSWORD)).andExpect(unauthenticated());
        mvc.perform(get("/login"))
                .andExpect(status().isOk())
                .andExpect(content().string(containsString("_csrf")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dead-letters/x/revisions",
                "/dead-letters/x/replay",
                "/dead-letters/x/discard",
                "/dead-letters/x/let-go",
                "/incidents/x/retry",
                "/incidents/x/decision",
                "/upload",
                "/logout"
            })
    void orders_without_a_csrf_token_are_refused(String order) throws Exception {
        mvc.perform(post(order).with(user("operator"))).andExpect(status().isForbidden());
    }

    @Test
    void a_poll_after_the_session_ended_loads_the_page_anew() throws Exception {
        mvc.perform(get("/flows").header("HX-Request", "true"))
                .andExpect(status().isUnauthorized())
                .andExpect(header().string("HX-Refresh", "true"));
    }

    @Test
    void the_api_takes_basic_credentials_and_keeps_no_session() throws Exception {
        assertThat(mvc.perform(get("/api/ping").with(httpBasic("operator", PASSWORD)))
                        .andExpect(status().isOk())
                        .andReturn()
                        .getRequest()
                        .getSession(false))
                .isNull();
        mvc.perform(post("/api/ping").with(httpBasic("operator", PASSWORD))).andExpect(status().isOk());
    }

    @Test
    void the_api_refuses_with_problems() throws Exception {
        mvc.perform(get("/api/ping"))
                .andExpect(status().isUnauthorized())
                .andExpect(header().string("WWW-Authenticate", containsString("Basic")))
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.code").value("UNAUTHENTICATED"));
        mvc.perform(get("/api/ping").with(httpBasic("operator", "wrong"))).andExpect(status().isUnauthorized());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site"})
    void credentials_that_a_browser_remembers_do_not_serve_other_sites(String site) throws Exception {
        mvc.perform(post("/api/ping").with(httpBasic("operator", PASSWORD)).header("Sec-Fetch-Site", site))
                .andExpect(status().isForbidden())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.code").value("CROSS_SITE_REQUEST"));
        mvc.perform(post("/api/ping").with(httpBasic("operator", PASSWORD)).header("Sec-Fetch-Site", "same-origin"))
                .andExpect(status().isOk());
    }

    @Test
    void of_the_actuator_only_liveness_is_open() throws Exception {
        mvc.perform(get("/actuator/health/liveness")).andExpect(status().isOk());
        mvc.perform(get("/actuator/health")).andExpect(status().isUnauthorized());
        mvc.perform(get("/actuator/health").with(httpBasic("operator", PASSWORD)))
                .andExpect(status().isOk());
    }

    @Test
    void nothing_inline_and_nothing_from_elsewhere_is_allowed() throws Exception {
        mvc.perform(get("/").with(user("operator")))
                .andExpect(header().string("Content-Security-Policy", containsString("default-src 'self'")))
                .andExpect(header().string("Content-Security-Policy", not(containsString("unsafe"))))
                .andExpect(header().string("X-Content-Type-Options", "nosniff"))
                .andExpect(header().string("X-Frame-Options", "DENY"))
                .andExpect(content().string(not(containsString("style=\""))))
                .andExpect(content().string(not(containsString("onclick"))));
    }

    @Test
    void the_api_is_described() throws Exception {
        mvc.perform(get("/v3/api-docs")).andExpect(status().isUnauthorized());
        mvc.perform(get("/v3/api-docs").with(user("operator")))
                .andExpect(status().isOk())
                .andExpect(jsonPath("$.info.title").value("Waybill"))
                .andExpect(jsonPath("$.info.version").isNotEmpty())
                .andExpect(jsonPath("$.components.securitySchemes.basic.scheme").value("basic"))
                .andExpect(jsonPath("$.paths['/api/ping'].get").exists())
                .andExpect(jsonPath("$.paths.length()").value(1));
    }

    @Test
    void errors_are_problems_for_scripts_and_pages_for_people() throws Exception {
        mvc.perform(get("/error")
                        .with(user("operator"))
                        .requestAttr(RequestDispatcher.ERROR_STATUS_CODE, 500)
                        .requestAttr(RequestDispatcher.ERROR_REQUEST_URI, "/api/flows/x"))
                .andExpect(status().isInternalServerError())
                .andExpect(content().contentType("application/problem+json"))
                .andExpect(jsonPath("$.code").value("INTERNAL_SERVER_ERROR"));
        mvc.perform(get("/error")
                        .with(user("operator"))
                        .requestAttr(RequestDispatcher.ERROR_STATUS_CODE, 404)
                        .requestAttr(RequestDispatcher.ERROR_REQUEST_URI, "/flows/<script>"))
                .andExpect(status().isNotFound())
                .andExpect(content().string(containsString("Nothing is here")));
    }

    @Test
    void an_upload_beyond_the_limit_is_refused_for_its_size_not_for_its_token() throws Exception {
        mvc.perform(multipart("/upload").with(user("operator")).with(csrf()).with(request -> {
                    request.setContent(new byte[1024 * 1024 + 1]);
                    return request;
                }))
                .andExpect(status().isContentTooLarge());
    }

    @RestController
    @RequestMapping("/api/ping")
    static class Api {

        @GetMapping
        String get() {
            return "pong";
        }

        @PostMapping
        String post() {
            return "pong";
        }
    }
}
